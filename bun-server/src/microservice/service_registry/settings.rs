use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;

use crate::config::Secret;

/// What to do when the registration does not succeed at start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RegistryFailure {
    /// Serve, and go on trying.
    #[default]
    Retry,
    /// Stop.
    Abort,
}

/// The section `service_registry`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ServiceRegistrySettings {
    /// Where: `nacos://127.0.0.1:8848?namespace=dev`, `memory://`.
    pub url: Option<String>,
    /// Who asks.
    pub username: Option<String>,
    /// With what password.
    pub password: Option<Secret<String>>,
    /// Between two beats. Default: the provider's, 5 s.
    pub heartbeat_interval: Option<Duration>,
    /// Between two looks at a list, ± 10 %. Default: 3 s.
    pub poll_interval: Duration,
    /// For one attempt. Default: 3 s.
    pub request_timeout: Duration,
    /// How long an empty list is held for a restart of the registry before it is believed. Default: 15 s.
    pub empty_protection: Duration,
    /// When the registration does not succeed at start.
    pub on_failure: RegistryFailure,
    /// The IP address to register. Default: `POD_IP`, `HOST_IP`, else the one by which the registry is reached.
    pub ip: Option<IpAddr>,
}

impl Default for ServiceRegistrySettings {
    fn default() -> Self {
        Self {
            url: None,
            username: None,
            password: None,
            heartbeat_interval: None,
            poll_interval: Duration::from_secs(3),
            request_timeout: Duration::from_secs(3),
            empty_protection: Duration::from_secs(15),
            on_failure: RegistryFailure::Retry,
            ip: None,
        }
    }
}
