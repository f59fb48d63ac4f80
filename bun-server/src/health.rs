//! Health: what an application says of itself. Liveness depends on nothing; readiness on the phase alone; indicators give
//! the details.

mod indicator;
mod indicators;
mod module;

pub use indicator::{Health, HealthIndicator, HealthStatus};
pub(crate) use indicators::{HealthIndicators, HealthSettings};
pub use module::{HealthModule, HealthOptions};
