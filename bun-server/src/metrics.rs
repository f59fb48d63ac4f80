//! Metrics of one application, in the OpenMetrics text format.

mod registry;

pub(crate) use registry::CounterFamily;
pub use registry::Metrics;
