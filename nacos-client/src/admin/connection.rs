//! The gRPC connections to the servers, and how they are spread.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::AdminClient;
use crate::error::{Error, Result};
use crate::transport::Call;

/// How the gRPC connections are spread over the cluster.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConnectionLoad {
    /// Each server.
    #[serde(rename = "detail", default)]
    pub servers: Vec<ServerLoad>,
    /// How many servers there are.
    #[serde(default)]
    pub member_count: u64,
    /// How many of them answered.
    #[serde(default)]
    pub metrics_count: u64,
    /// Whether all did.
    #[serde(default)]
    pub completed: bool,
    /// The most connections of SDKs to one server.
    #[serde(default)]
    pub max: u64,
    /// The fewest.
    #[serde(default)]
    pub min: u64,
    /// Their mean.
    #[serde(rename = "avg", default)]
    pub mean: u64,
    /// All together.
    #[serde(default)]
    pub total: u64,
}

/// The connections to one server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServerLoad {
    /// `ip:port`.
    pub address: String,
    /// Connections of SDKs.
    #[serde(rename = "sdkConCount", default)]
    pub sdk_connections: u64,
    /// All connections.
    #[serde(rename = "conCount", default)]
    pub connections: u64,
    /// The load average of the machine, as the server writes it.
    #[serde(default)]
    pub load: String,
    /// The share of the processor, as the server writes it.
    #[serde(default)]
    pub cpu: String,
}

impl AdminClient {
    /// The gRPC connections to the server that answers, by id, with what it knows of each. HTTP clients hold none.
    ///
    /// # Errors
    /// As any call.
    pub async fn connections(&self) -> Result<BTreeMap<String, Value>> {
        self.read("/v3/admin/core/loader/current").await
    }

    /// How the gRPC connections are spread over the cluster.
    ///
    /// # Errors
    /// As any call.
    pub async fn connection_load(&self) -> Result<ConnectionLoad> {
        self.read("/v3/admin/core/loader/cluster").await
    }

    /// Sends one gRPC connection to another server (`ip:port`), or to any when `server` is empty. An unknown
    /// connection is no error.
    ///
    /// # Errors
    /// As any call.
    pub async fn redirect_connection(&self, id: &str, server: &str) -> Result<()> {
        let call = Call::post("/v3/admin/core/loader/reloadClient")
            .form("connectionId", id)
            .form("redirectAddress", server);
        self.inner.core.send(&call).await?.accepted()
    }

    /// Keeps at most `count` gRPC connections on the server that answers, and sends the others to `server` (`ip:port`),
    /// or to any when it is empty.
    ///
    /// # Errors
    /// As any call.
    pub async fn limit_connections(&self, count: u32, server: &str) -> Result<()> {
        let call = Call::post("/v3/admin/core/loader/reloadCurrent")
            .form("count", count.to_string())
            .form("redirectAddress", server);
        self.inner.core.send(&call).await?.accepted()
    }

    /// Spreads the gRPC connections evenly; servers within `tolerance` (such as 0.1) of the mean are left alone.
    ///
    /// # Errors
    /// As any call.
    pub async fn balance_connections(&self, tolerance: f64) -> Result<()> {
        if !(0.0..=1.0).contains(&tolerance) {
            return Err(Error::invalid("tolerance", "is a share between 0 and 1"));
        }
        let call = Call::post("/v3/admin/core/loader/smartReloadCluster").form("loaderFactor", tolerance.to_string());
        self.inner.core.send(&call).await?.accepted()
    }
}
