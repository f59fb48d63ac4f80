//! Health: what an application says of itself. Liveness depends on nothing; readiness on the phase alone; indicators give
//! the details.

mod indicator;

pub use indicator::{Health, HealthIndicator, HealthIndicators, HealthStatus};
