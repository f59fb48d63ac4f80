use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::ConfigImport;
use crate::config::Secret;

/// What to do when a document cannot be had at start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ConfigFailure {
    /// Start from the newest valid snapshot, else do not start.
    #[default]
    Snapshot,
    /// Do not start; never use a snapshot.
    Abort,
    /// Wait: live, not ready.
    Retry,
}

/// The section `config_center`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConfigCenterSettings {
    /// Where: `nacos://127.0.0.1:8848?namespace=dev&group=ORDERS`, `file://./config`, `memory://`.
    pub url: Option<String>,
    /// Who asks.
    pub username: Option<String>,
    /// With what password.
    pub password: Option<Secret<String>>,
    /// Documents to merge into the configuration; a later one wins.
    pub import: Vec<ConfigImport>,
    /// Environment variables that documents may read as `${NAME}`. Default: none.
    pub env_allow: Vec<String>,
    /// Between two looks at a document, ± 10 %. Default: 3 s.
    pub poll_interval: Duration,
    /// For one attempt to read a document. Default: 3 s.
    pub request_timeout: Duration,
    /// For all documents together, at start. Default: 10 s.
    pub start_timeout: Duration,
    /// When they cannot be had by then.
    pub on_failure: ConfigFailure,
    /// Where snapshots lie. Default: `${XDG_STATE_HOME:-~/.local/state}/bun-server/<app>`.
    pub snapshot_dir: Option<PathBuf>,
    /// How old a snapshot may be. Default: 7 days.
    pub snapshot_max_age: Duration,
    /// Whether documents that bind a `Secret` are written to snapshots as well. Default: no.
    pub snapshot_secrets: bool,
}

impl Default for ConfigCenterSettings {
    fn default() -> Self {
        Self {
            url: None,
            username: None,
            password: None,
            import: Vec::new(),
            env_allow: Vec::new(),
            poll_interval: Duration::from_secs(3),
            request_timeout: Duration::from_secs(3),
            start_timeout: Duration::from_secs(10),
            on_failure: ConfigFailure::Snapshot,
            snapshot_dir: None,
            snapshot_max_age: Duration::from_secs(7 * 24 * 3600),
            snapshot_secrets: false,
        }
    }
}
