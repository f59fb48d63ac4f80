//! The service client: calls other services by name. One pipeline for every kind of call:
//!
//! `deadline( pick instance → circuit breaker( timeout( span( transport ))))`

mod discovery;
mod error;
mod generated;
mod parameter;
mod pipeline;
mod request;
mod response;
mod settings;
mod site;
mod transport;

pub use error::{Call, ClientError};
pub use generated::{
    Answering, JsonBody, body_argument, call, call_or, header_argument, path_argument, query_argument,
};
pub use parameter::Parameter;
pub use pipeline::ServiceClient;
pub use request::ServiceRequest;
pub use response::{ClientResult, ServiceResponse};
pub use site::MethodSite;
pub use transport::{Transport, TransportError, TransportFuture};

pub(crate) use pipeline::ServiceClientOptions;
pub(crate) use settings::ClientSettings;
pub(crate) use transport::HttpTransport;
