//! Microservices: configuration center, service registry, service client, governance, tracing.

pub mod config_center;
pub mod governance;
pub mod trace;
