use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use crate::microservice::governance::BreakerSettings;
use crate::microservice::load_balancer::{LoadBalancer, RoundRobin};

/// One entry of the section `clients`: what holds for all calls of a service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ClientSettings {
    /// How an instance is chosen.
    pub(crate) load_balancer: Option<BalancerName>,
    /// Longest time of one attempt. Default: 3 s.
    pub(crate) timeout: Option<Duration>,
    /// Longest time of the whole call. Default: 10 s.
    pub(crate) deadline: Option<Duration>,
    /// Of all calls of the service.
    pub(crate) circuit_breaker: Option<BreakerSettings>,
}

/// A balancer by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BalancerName {
    RoundRobin,
}

impl BalancerName {
    pub(crate) fn balancer(self) -> Arc<dyn LoadBalancer> {
        match self {
            Self::RoundRobin => Arc::new(RoundRobin::new()),
        }
    }
}
