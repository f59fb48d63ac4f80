use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::di::BoxError;
use crate::microservice::governance::Rejected;
use crate::microservice::service_registry::ServiceRegistryError;
use crate::web::ResponseError;

/// Which call an error is about: `GET user-service /users/{id} at 10.0.0.5:8080`. Arguments are not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The service.
    pub service: String,
    /// `GET`
    pub method: &'static str,
    /// The path as a template.
    pub path: String,
    /// Where it went, when an instance was chosen.
    pub instance: Option<String>,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.method, self.service, self.path)?;
        self.instance
            .as_ref()
            .map_or(Ok(()), |instance| write!(f, " at {instance}"))
    }
}

/// Why a call of another service has no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The registry knows no healthy instance.
    #[error("{call}: no instance of the service is healthy; is it registered in this namespace and group?")]
    NoInstance {
        /// The call.
        call: Box<Call>,
    },
    /// The registry could not be asked, and nothing is known from before.
    #[error("{call}: the service registry could not be asked: {source}")]
    Discovery {
        /// The call.
        call: Box<Call>,
        /// Why.
        source: Arc<ServiceRegistryError>,
    },
    /// No connection; nothing was sent.
    #[error("{call}: no connection")]
    Connect {
        /// The call.
        call: Box<Call>,
        /// Why.
        source: BoxError,
    },
    /// The connection broke after something was sent.
    #[error("{call}: the connection broke before the answer was complete")]
    Interrupted {
        /// The call.
        call: Box<Call>,
        /// Why.
        source: BoxError,
    },
    /// No answer in time.
    #[error("{call}: no answer within {limit:?}")]
    Timeout {
        /// The call.
        call: Box<Call>,
        /// The limit that was passed.
        limit: Duration,
    },
    /// An answer that is no success.
    #[error("{call}: answered {status}")]
    Status {
        /// The call.
        call: Box<Call>,
        /// The status.
        status: StatusCode,
        /// The beginning of the answer, at most 4 KiB.
        body: Box<str>,
    },
    /// An answer that cannot be read as what was asked for.
    #[error("{call}: the answer cannot be read")]
    Decode {
        /// The call.
        call: Box<Call>,
        /// Why.
        source: BoxError,
    },
    /// The request cannot be written: an argument does not fit its place.
    #[error("{call}: {message}")]
    InvalidRequest {
        /// The call.
        call: Box<Call>,
        /// Which argument, and why.
        message: String,
    },
    /// A policy did not let it through.
    #[error(transparent)]
    Rejected(#[from] Rejected),
}

impl ClientError {
    /// The call, save for a rejection.
    #[must_use]
    pub fn call(&self) -> Option<&Call> {
        match self {
            Self::NoInstance { call }
            | Self::Discovery { call, .. }
            | Self::Connect { call, .. }
            | Self::Interrupted { call, .. }
            | Self::Timeout { call, .. }
            | Self::Status { call, .. }
            | Self::Decode { call, .. }
            | Self::InvalidRequest { call, .. } => Some(call),
            Self::Rejected(_) => None,
        }
    }

    /// The status of the answer, when there was one and it was no success.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether the same call may succeed later: not for a request that is wrong, nor for an answer below 500 (but 429).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Status { status, .. } => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            Self::Decode { .. } | Self::InvalidRequest { .. } => false,
            _ => true,
        }
    }

    /// What the metrics call it.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::NoInstance { .. } => "no_instance",
            Self::Discovery { .. } => "discovery",
            Self::Connect { .. } => "connect",
            Self::Interrupted { .. } => "interrupted",
            Self::Timeout { .. } => "timeout",
            Self::Status { status, .. } if status.is_server_error() => "5xx",
            Self::Status { .. } => "4xx",
            Self::Decode { .. } => "decode",
            Self::InvalidRequest { .. } => "invalid_request",
            Self::Rejected(_) => "rejected",
        }
    }
}

/// What went wrong behind this service: 504 for a time that passed, 502 for an answer that was none, 503 for nobody to ask, 500
/// for a request of our own that was wrong.
impl ResponseError for ClientError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Timeout { .. } => StatusCode::GATEWAY_TIMEOUT,
            Self::Interrupted { .. } | Self::Status { .. } | Self::Decode { .. } => StatusCode::BAD_GATEWAY,
            Self::InvalidRequest { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
