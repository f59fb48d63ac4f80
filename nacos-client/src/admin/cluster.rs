//! The servers themselves: members, state, switches, publishers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::AdminClient;
use crate::error::{Error, Result};
use crate::ids::DEFAULT_CLUSTER;
use crate::naming::Instance;
use crate::transport::Call;

/// A member of the cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Member {
    /// Its address.
    pub ip: String,
    /// Its port.
    pub port: u16,
    /// `UP`, `SUSPICIOUS`, `DOWN`, …
    #[serde(default)]
    pub state: String,
    /// `ip:port`.
    #[serde(default)]
    pub address: String,
    /// Whatever else it says of itself, such as `version`.
    #[serde(default)]
    pub extend_info: BTreeMap<String, Value>,
}

/// Who published instances: one for each `ip:port`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Publisher {
    /// `ip:port#true` for ephemeral instances over HTTP.
    pub client_id: String,
    /// Whether its instances are ephemeral.
    #[serde(default)]
    pub ephemeral: bool,
    /// Milliseconds since 1970.
    #[serde(default)]
    pub last_updated_time: u64,
    /// `ipPort`, or `connection` for gRPC.
    #[serde(default)]
    pub client_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PublishedService {
    namespace_id: String,
    group_name: String,
    service_name: String,
    publisher_info: PublisherInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PublisherInfo {
    ip: String,
    port: u16,
    cluster_name: Option<String>,
}

impl AdminClient {
    /// Lists the members of the cluster.
    ///
    /// # Errors
    /// As any call.
    pub async fn members(&self) -> Result<Vec<Member>> {
        self.read("/v3/admin/core/cluster/node/list").await
    }

    /// The member that answers.
    ///
    /// # Errors
    /// As any call.
    pub async fn this_member(&self) -> Result<Member> {
        self.read("/v3/admin/core/cluster/node/self").await
    }

    /// The state of the server by name: `version`, `startup_mode`, `auth_enabled`, … Needs no login.
    ///
    /// # Errors
    /// As any call.
    pub async fn state(&self) -> Result<BTreeMap<String, Option<String>>> {
        let call = Call::get("/v3/admin/core/state").anonymous();
        self.inner.core.send(&call).await?.data()
    }

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
        let call = Call::new(http::Method::PUT, "/v3/admin/ns/ops/switches")
            .form("entry", entry)
            .form("value", value);
        self.inner.core.send(&call).await?.accepted()
    }

    /// The metrics of naming, among them `status`.
    ///
    /// # Errors
    /// As any call.
    pub async fn metrics(&self) -> Result<BTreeMap<String, Value>> {
        self.read("/v3/admin/ns/ops/metrics").await
    }

    /// The ids of all publishers of instances.
    ///
    /// # Errors
    /// As any call.
    pub async fn publishers(&self) -> Result<Vec<String>> {
        self.read("/v3/admin/ns/client/list").await
    }

    /// One publisher of instances.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is none.
    pub async fn publisher(&self, id: &str) -> Result<Publisher> {
        let call = Call::get("/v3/admin/ns/client").query("clientId", id);
        self.inner.core.send(&call).await?.data()
    }

    /// What a publisher has registered. Health, weight and metadata are not part of this view.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is no such publisher.
    pub async fn published_by(&self, id: &str) -> Result<Vec<Instance>> {
        let call = Call::get("/v3/admin/ns/client/publish/list").query("clientId", id);
        let published: Vec<PublishedService> = self.inner.core.send(&call).await?.data()?;
        let instances = published.into_iter().map(|published| {
            let at = published.publisher_info;
            Instance::new(published.service_name, at.ip, at.port)
                .group(published.group_name)
                .namespace(published.namespace_id)
                .cluster(at.cluster_name.unwrap_or_else(|| DEFAULT_CLUSTER.to_owned()))
                .ephemeral(id.ends_with("#true"))
        });
        Ok(instances.collect())
    }

    /// The server (`ip:port`) that is responsible for the instances of `ip:port`.
    ///
    /// # Errors
    /// As any call.
    pub async fn responsible_server(&self, ip: &str, port: u16) -> Result<String> {
        let call = Call::get("/v3/admin/ns/client/distro")
            .query("ip", ip)
            .query("port", port.to_string());
        let answer: BTreeMap<String, String> = self.inner.core.send(&call).await?.data()?;
        answer
            .get("responsibleServer")
            .cloned()
            .ok_or_else(|| Error::new(crate::ErrorKind::Decode, "the answer names no responsible server"))
    }

    async fn read<T: serde::de::DeserializeOwned>(&self, path: &'static str) -> Result<T> {
        self.inner.core.send(&Call::get(path)).await?.data()
    }
}
