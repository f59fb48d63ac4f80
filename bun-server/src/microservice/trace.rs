//! Trace context: who called whom, in the form of [W3C Trace Context](https://www.w3.org/TR/trace-context/).

mod context;
mod propagation;

pub use context::{RequestContext, TraceContext};
pub(crate) use propagation::{REQUEST_ID, REQUEST_TIMEOUT_MS, RequestIds, extract};
