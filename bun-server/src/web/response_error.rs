use std::error::Error;

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::Problem;
use crate::error::{ErrorClass, with_sources};
use crate::microservice::config_center::ConfigCenterError;
use crate::microservice::governance::Rejected;
use crate::microservice::service_registry::ServiceRegistryError;

/// An error that a handler may return as it is: `Result<Json<Order>, OrderError>` is answered with problem details.
///
/// ```
/// use bun_server::prelude::*;
///
/// #[derive(Debug)]
/// enum OrderError {
///     Unknown(u64),
///     Storage(std::io::Error),
/// }
/// # impl std::fmt::Display for OrderError {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
/// #         match self {
/// #             Self::Unknown(id) => write!(f, "there is no order {id}"),
/// #             Self::Storage(_) => f.write_str("orders cannot be read"),
/// #         }
/// #     }
/// # }
/// # impl std::error::Error for OrderError {}
///
/// impl ResponseError for OrderError {
///     fn status_code(&self) -> StatusCode {
///         match self {
///             Self::Unknown(_) => StatusCode::NOT_FOUND,
///             Self::Storage(_) => StatusCode::INTERNAL_SERVER_ERROR,
///         }
///     }
/// }
/// ```
///
/// The caller reads the text of an error below 500. One of 500 and above is logged with its causes, and nothing of it leaves
/// the process.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be answered",
    label = "write `impl ResponseError for {Self}`: it says the status"
)]
pub trait ResponseError: Error {
    /// The status of the answer. Default: 500.
    fn status_code(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    /// The whole answer. Default: the status, and below 500 the error's text as `detail`.
    fn problem(&self) -> Problem {
        let (status, problem) = (self.status_code(), Problem::new(self.status_code()));
        if status.is_server_error() {
            return problem;
        }
        problem.detail(self.to_string())
    }
}

/// Answers an error; what the caller does not read is logged.
pub(super) fn answer_error(error: &(impl ResponseError + 'static)) -> Response {
    let problem = error.problem();
    if problem.status().is_server_error() {
        tracing::error!("answered {}: {}", problem.status().as_u16(), with_sources(error));
    }
    problem.into_response()
}

impl ResponseError for Rejected {
    fn status_code(&self) -> StatusCode {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

impl ResponseError for ConfigCenterError {
    fn status_code(&self) -> StatusCode {
        status_of(self.class())
    }
}

impl ResponseError for ServiceRegistryError {
    fn status_code(&self) -> StatusCode {
        status_of(self.class())
    }
}

/// What went wrong behind this service is no fault of its caller.
fn status_of(class: ErrorClass) -> StatusCode {
    match class {
        ErrorClass::Unavailable | ErrorClass::RateLimited | ErrorClass::Closed => StatusCode::SERVICE_UNAVAILABLE,
        ErrorClass::Timeout => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
