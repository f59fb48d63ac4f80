//! Who registered instances, and who watches services.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::service::about;
use super::{AdminClient, Page};
use crate::error::{Error, Result};
use crate::ids::DEFAULT_CLUSTER;
use crate::naming::{Instance, ServiceKey};
use crate::transport::Call;

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
struct SubscribedService {
    namespace_id: String,
    group_name: String,
    service_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PublisherInfo {
    ip: String,
    port: u16,
    cluster_name: Option<String>,
    client_id: Option<String>,
}

/// Who watches a service. Only gRPC clients do; those who poll over HTTP, as this crate does, never appear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Subscriber {
    /// The service.
    #[serde(default)]
    pub service_name: Option<String>,
    /// Its group.
    #[serde(rename = "groupName", default)]
    pub group: Option<String>,
    /// The connection.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Where the client is.
    #[serde(default)]
    pub ip: Option<String>,
    /// Its port; 0 when the server does not know.
    #[serde(default)]
    pub port: u16,
    /// `ip:port`, where the server writes it so.
    #[serde(default)]
    pub address: Option<String>,
    /// What software it is.
    #[serde(default)]
    pub agent: Option<String>,
    /// The application.
    #[serde(default)]
    pub app_name: Option<String>,
}

impl AdminClient {
    /// The ids of all publishers of instances and watchers of services.
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

    /// Which services a gRPC client watches.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is no such client.
    pub async fn subscribed_by(&self, id: &str) -> Result<Vec<ServiceKey>> {
        let call = Call::get("/v3/admin/ns/client/subscribe/list").query("clientId", id);
        let subscribed: Vec<SubscribedService> = self.inner.core.send(&call).await?.data()?;
        let keys = subscribed.into_iter().map(|service| {
            ServiceKey::new(service.service_name)
                .group(service.group_name)
                .namespace(service.namespace_id)
        });
        Ok(keys.collect())
    }

    /// The publishers of a service: id of the client, and where its instance is. Clusters of the key are not looked at.
    ///
    /// # Errors
    /// As any call; an unknown service has none.
    pub async fn publishers_of(&self, service: &ServiceKey) -> Result<Vec<(String, Instance)>> {
        let core = &self.inner.core;
        let service = service.resolve(&core.namespace)?;
        let call = about(Call::get("/v3/admin/ns/client/service/publisher/list"), &service);
        let published: Vec<PublisherInfo> = core.send(&call).await?.data()?;
        let found = published.into_iter().map(|at| {
            let id = at.client_id.unwrap_or_default();
            let instance = Instance::new(service.name.as_str(), at.ip, at.port)
                .group(service.group.as_str())
                .namespace(service.namespace.as_str())
                .cluster(at.cluster_name.unwrap_or_else(|| DEFAULT_CLUSTER.to_owned()))
                // Ids of gRPC clients have no such end, and what they register is ephemeral.
                .ephemeral(!id.ends_with("#false"));
            (id, instance)
        });
        Ok(found.collect())
    }

    /// The gRPC clients that watch a service, as the server that answers knows them.
    ///
    /// # Errors
    /// As any call; an unknown service has none.
    pub async fn subscribers_of(&self, service: &ServiceKey) -> Result<Vec<Subscriber>> {
        let core = &self.inner.core;
        let service = service.resolve(&core.namespace)?;
        let call = about(Call::get("/v3/admin/ns/client/service/subscriber/list"), &service);
        core.send(&call).await?.data()
    }

    /// The gRPC clients of the whole cluster that watch a service, page by page from 1.
    ///
    /// # Errors
    /// As any call; an unknown service has none.
    pub async fn all_subscribers_of(
        &self,
        service: &ServiceKey,
        page: u64,
        page_size: u64,
    ) -> Result<Page<Subscriber>> {
        let core = &self.inner.core;
        let service = service.resolve(&core.namespace)?;
        let call = about(Call::get("/v3/admin/ns/service/subscribers"), &service)
            .query("aggregation", "true")
            .query("pageNo", page.to_string())
            .query("pageSize", page_size.to_string());
        core.send(&call).await?.data()
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
}
