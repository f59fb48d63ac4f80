//! HTTP: controllers on axum, problem details for what goes wrong, and the server with its one layer.

mod additions;
mod controller;
mod dep;
mod embedded;
mod extract;
mod gate;
#[doc(hidden)]
pub mod mount;
mod observation;
mod problem;
mod request_parts;
mod response_error;
mod server;
mod service;
mod settings;
#[cfg(feature = "validate")]
mod valid;

pub use controller::{Controller, ControllerDefinition, RouteDefinition, controller};
pub use dep::Dep;
pub use extract::{Form, Json, Path, Query};
pub use problem::{Problem, Violation};
pub use request_parts::RequestParts;
pub use response_error::ResponseError;
#[cfg(feature = "validate")]
pub use valid::Valid;

pub(crate) use additions::Additions;
pub(crate) use controller::{build_router, duplicate_routes};
pub(crate) use embedded::embedded;
pub(crate) use gate::Gate;
pub use gate::Phase;
pub(crate) use observation::RequestMetrics;
pub(crate) use server::Server;
pub(crate) use service::{DUTIES, ServerService};
pub(crate) use settings::{ManagementSettings, ServerSettings};
