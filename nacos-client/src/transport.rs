//! One call: the request, its deadlines, failover between servers, and what an answer means.
//!
//! [`Transport`] carries one request to one server. Everything above it (budget, failover, envelope) is the
//! same for real sockets and for the in-process transport of `testing::TestServer`.

mod answer;
mod call;
mod http_transport;
mod request;
#[cfg(feature = "rustls")]
mod tls;
#[cfg(not(feature = "rustls"))]
#[path = "transport/no_tls.rs"]
mod tls;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

pub(crate) use self::answer::Answer;
pub(crate) use self::call::{Core, Limits};
pub(crate) use self::http_transport::HttpTransport;
pub(crate) use self::request::Call;
pub(crate) use self::tls::Tls;

/// The future of one exchange.
pub type Exchange<'a> = Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, TransportError>> + Send + 'a>>;

/// Carries one request to one server and brings its answer back; no retries, no redirects, no proxies.
///
/// The client adds the deadline: an implementation only has to stop when its future is dropped.
pub trait Transport: Send + Sync + fmt::Debug + 'static {
    /// Sends `request`, whose URI is absolute.
    fn exchange(&self, request: http::Request<Bytes>) -> Exchange<'_>;
}

/// Why an exchange brought no answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection: nothing was sent, so that the call can be repeated elsewhere.
    Connect(Box<dyn StdError + Send + Sync>),
    /// The connection was not made in time: nothing was sent.
    ConnectTimeout,
    /// The exchange broke off; the server may have done what was asked.
    Broken(Box<dyn StdError + Send + Sync>),
    /// The answer is longer than allowed.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
}

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(_) => formatter.write_str("no connection"),
            Self::ConnectTimeout => formatter.write_str("no connection in time"),
            Self::Broken(_) => formatter.write_str("the connection broke off"),
            Self::TooLarge { limit } => write!(formatter, "the answer is longer than {limit} bytes"),
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Connect(source) | Self::Broken(source) => Some(&**source),
            Self::ConnectTimeout | Self::TooLarge { .. } => None,
        }
    }
}
