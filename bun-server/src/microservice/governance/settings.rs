use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::BreakerPolicy;

/// The section `governance`: policies by call site, `defaults` for all.
pub(crate) type GovernanceSettings = BTreeMap<String, PolicySettings>;

/// What configuration says of one call site; wins over its attributes.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub(crate) struct PolicySettings {
    pub(crate) timeout: Option<Duration>,
    pub(crate) circuit_breaker: Option<BreakerSettings>,
}

/// What configuration says of a circuit breaker.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub(crate) struct BreakerSettings {
    pub(crate) enabled: Option<bool>,
    pub(crate) failure_rate: Option<f64>,
    pub(crate) minimum_calls: Option<u32>,
    pub(crate) window_size: Option<u32>,
    pub(crate) open_for: Option<Duration>,
    pub(crate) half_open_calls: Option<u32>,
}

impl BreakerSettings {
    pub(crate) fn policy(&self) -> BreakerPolicy {
        BreakerPolicy {
            failure_rate: self.failure_rate,
            minimum_calls: self.minimum_calls,
            window_size: self.window_size,
            open_for: self.open_for,
            half_open_calls: self.half_open_calls,
        }
    }
}
