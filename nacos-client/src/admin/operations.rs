//! Operations on a server: switches, metrics, logs, caches, raft.

use std::collections::BTreeMap;
use std::fmt;

use http::HeaderValue;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::AdminClient;
use crate::error::{Error, Result};
use crate::transport::Call;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How much a log tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names say it")]
pub enum LogLevel {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Off,
}

impl LogLevel {
    fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Off => "OFF",
        }
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The part of the server that writes a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogModule {
    /// Configurations: `config-server`, `config-dump`, …
    Config,
    /// Services: `naming-main`, `naming-raft`, …
    Naming,
    /// What both stand on: `core-cluster`, `core-auth`, …
    Core,
}

/// Where a generator of ids stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IdGenerator {
    /// What the ids are for.
    pub resource: String,
    /// Where it stands.
    pub info: IdGeneratorState,
}

/// Where a generator of ids stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct IdGeneratorState {
    /// The latest id.
    pub current_id: i64,
    /// Which worker it is.
    pub worker_id: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CoreLog<'a> {
    log_name: &'a str,
    log_level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RaftCommand<'a> {
    group_id: &'a str,
    command: &'a str,
    value: &'a str,
}

fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value)
        .map_err(|source| Error::invalid("arguments", "cannot be written as JSON").with_source(source))
}

impl AdminClient {
    /// The switches of naming, such as `clientBeatInterval`.
    ///
    /// # Errors
    /// As any call.
    pub async fn switches(&self) -> Result<BTreeMap<String, Value>> {
        self.read("/v3/admin/ns/ops/switches").await
    }

    /// Sets a switch of naming, by the entry names that the server knows.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when the server knows no such entry.
    pub async fn set_switch(&self, entry: &str, value: &str) -> Result<()> {
        let call = Call::put("/v3/admin/ns/ops/switches")
            .form("entry", entry)
            .form("value", value);
        self.inner.core.send(&call).await?.accepted()
    }

    /// The metrics of naming: `status`, and how many services, instances, clients and subscriptions there are.
    ///
    /// # Errors
    /// As any call.
    pub async fn metrics(&self) -> Result<BTreeMap<String, Value>> {
        let call = Call::get("/v3/admin/ns/ops/metrics").query("onlyStatus", "false");
        self.inner.core.send(&call).await?.data()
    }

    /// Sets how much a log of the server tells, until it restarts. The server does not say whether it has such a log.
    ///
    /// # Errors
    /// As any call.
    pub async fn set_log_level(&self, module: LogModule, log: &str, level: LogLevel) -> Result<()> {
        let form = |path| Call::put(path).form("logName", log).form("logLevel", level.as_str());
        let call = match module {
            LogModule::Config => form("/v3/admin/cs/ops/log"),
            LogModule::Naming => form("/v3/admin/ns/ops/log"),
            LogModule::Core => {
                let body = json(&CoreLog {
                    log_name: log,
                    log_level: level.as_str(),
                })?;
                Call::put("/v3/admin/core/ops/log").payload(JSON, body)
            }
        };
        self.inner.core.send(&call).await?.accepted()
    }

    /// Makes the server read every configuration from its database again.
    ///
    /// # Errors
    /// As any call.
    pub async fn refresh_config_cache(&self) -> Result<()> {
        self.inner
            .core
            .send(&Call::post("/v3/admin/cs/ops/localCache"))
            .await?
            .accepted()
    }

    /// Where the server's generators of ids stand.
    ///
    /// # Errors
    /// As any call.
    pub async fn id_generators(&self) -> Result<Vec<IdGenerator>> {
        self.read("/v3/admin/core/ops/ids").await
    }

    /// Gives an order to a raft group, such as `doSnapshot`, `transferLeader` or `resetPeers`. The server does not say
    /// whether it knows group and order.
    ///
    /// # Errors
    /// As any call.
    pub async fn raft_command(&self, group: &str, command: &str, value: &str) -> Result<()> {
        let body = json(&RaftCommand {
            group_id: group,
            command,
            value,
        })?;
        let mut call = Call::post("/v3/admin/core/ops/raft").payload(JSON, body);
        call.repeatable = false;
        self.inner.core.send(&call).await?.accepted()
    }
}
