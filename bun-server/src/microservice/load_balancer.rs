//! Load balancers: which of several instances answers the next call.

mod balancer;
mod round_robin;

pub use balancer::{Candidate, LoadBalancer, Picker};
pub use round_robin::RoundRobin;
