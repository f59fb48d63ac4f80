//! Metrics of one application, in the OpenMetrics text format.

mod registry;

pub use registry::Metrics;
pub(crate) use registry::{CounterFamily, DurationFamily};
