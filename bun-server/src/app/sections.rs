use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::logging::LoggingSettings;
use crate::config::{ConfigSettings, LocalOnly, Section};
use crate::health::HealthSettings;
use crate::microservice::config_center::ConfigCenterSettings;
use crate::microservice::governance::GovernanceSettings;
use crate::microservice::service_client::ClientSettings;
use crate::microservice::service_registry::ServiceRegistrySettings;
use crate::web::{ManagementSettings, ServerSettings};

/// The section `app`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AppSettings {
    /// Default: the name given in code.
    pub(super) name: Option<String>,
    /// Default: the crate's version, with `#[bun_server::main]`.
    pub(super) version: Option<String>,
}

/// The section `startup`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(super) struct StartupSettings {
    /// For each `on_start` and each `on_ready` hook. Default: 60 s.
    pub(super) hook_timeout: Duration,
    /// A component whose construction takes longer is named by a warning. Default: 1 s.
    pub(super) slow_component: Duration,
}

impl Default for StartupSettings {
    fn default() -> Self {
        Self {
            hook_timeout: Duration::from_secs(60),
            slow_component: Duration::from_secs(1),
        }
    }
}

/// The section `shutdown`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(super) struct ShutdownSettings {
    /// How long it goes on serving after it was taken out of the registry, so that callers notice. Default: 5 s, or 0 when
    /// nothing is registered where others would call it from.
    pub(super) pre_stop_delay: Option<Duration>,
    /// For the registry to be told. Default: 3 s.
    pub(super) deregister_timeout: Duration,
    /// For requests under way. Default: 15 s.
    pub(super) drain_timeout: Duration,
    /// For all `on_stop` hooks together. Default: 3 s.
    pub(super) hook_timeout: Duration,
    /// For clients and registries. Default: 2 s.
    pub(super) close_timeout: Duration,
}

impl Default for ShutdownSettings {
    fn default() -> Self {
        Self {
            pre_stop_delay: None,
            deregister_timeout: Duration::from_secs(3),
            drain_timeout: Duration::from_secs(15),
            hook_timeout: Duration::from_secs(3),
            close_timeout: Duration::from_secs(2),
        }
    }
}

/// The top-level keys of the framework.
pub(super) const SECTIONS: &[Section] = &[
    Section::of::<AppSettings>("app", LocalOnly::Everything),
    Section::of::<BTreeMap<String, ClientSettings>>("clients", LocalOnly::Nothing),
    Section::of::<ConfigSettings>("config", LocalOnly::Everything),
    Section::of::<ConfigCenterSettings>("config_center", LocalOnly::Everything),
    Section::of::<GovernanceSettings>("governance", LocalOnly::Nothing),
    Section::of::<HealthSettings>("health", LocalOnly::Nothing),
    Section::of::<LoggingSettings>("logging", LocalOnly::Nothing),
    Section::of::<ManagementSettings>("management", LocalOnly::Everything),
    Section::of::<ServerSettings>("server", LocalOnly::Keys(&["address", "port"])),
    Section::of::<ServiceRegistrySettings>("service_registry", LocalOnly::Keys(&["url", "username", "password"])),
    Section::of::<ShutdownSettings>("shutdown", LocalOnly::Nothing),
    Section::of::<StartupSettings>("startup", LocalOnly::Nothing),
];
