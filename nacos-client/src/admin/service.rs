//! Services.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AdminClient, Page, metadata_json};
use crate::error::{Error, Result};
use crate::ids::{Namespace, namespace_or_default};
use crate::naming::{Instance, ListedInstance, ResolvedService, ServiceKey};
use crate::transport::Call;

const SERVICE: &str = "/v3/admin/ns/service";

/// A service in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServiceSummary {
    /// The plain name.
    pub name: String,
    /// The group.
    #[serde(rename = "groupName")]
    pub group: String,
    /// How many clusters it has.
    #[serde(default)]
    pub cluster_count: u64,
    /// How many instances it has.
    #[serde(rename = "ipCount", default)]
    pub instance_count: u64,
    /// How many of them are healthy.
    #[serde(default)]
    pub healthy_instance_count: u64,
}

/// One service with its settings.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ServiceDetail {
    /// The namespace.
    pub namespace: String,
    /// The plain name.
    pub name: String,
    /// The group.
    pub group: String,
    /// Whether its instances are ephemeral.
    pub ephemeral: bool,
    /// At or below this share of healthy instances the server lists all of them as healthy.
    pub protect_threshold: f64,
    /// Free text by key.
    pub metadata: BTreeMap<String, String>,
    /// Its clusters by name.
    pub clusters: Vec<String>,
}

/// The server writes the key `type` of `selector` twice, so `selector` is never looked into.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(default)]
    namespace_id: Option<String>,
    service_name: String,
    group_name: String,
    #[serde(default)]
    cluster_map: Option<BTreeMap<String, Cluster>>,
    #[serde(default)]
    metadata: Option<BTreeMap<String, Option<String>>>,
    #[serde(default)]
    protect_threshold: f64,
    #[serde(default)]
    ephemeral: Option<bool>,
}

#[derive(Deserialize)]
struct Cluster {
    #[serde(default)]
    hosts: Option<Vec<ListedInstance>>,
}

impl Detail {
    fn into_service(self, namespace: &Namespace) -> ServiceDetail {
        ServiceDetail {
            namespace: self.namespace_id.unwrap_or_else(|| namespace.to_string()),
            name: self.service_name,
            group: self.group_name,
            ephemeral: self.ephemeral.unwrap_or(true),
            protect_threshold: self.protect_threshold,
            metadata: self
                .metadata
                .unwrap_or_default()
                .into_iter()
                .filter_map(|(key, value)| Some((key, value?)))
                .collect(),
            clusters: self.cluster_map.unwrap_or_default().into_keys().collect(),
        }
    }
}

/// What an administrator sets on a service.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct ServiceSettings {
    ephemeral: bool,
    protect_threshold: f64,
    metadata: BTreeMap<String, String>,
}

impl ServiceSettings {
    /// A service of ephemeral instances, without protection and metadata.
    pub fn new() -> Self {
        Self {
            ephemeral: true,
            ..Self::default()
        }
    }

    /// Whether its instances are ephemeral (true, the default here) or persistent.
    pub fn ephemeral(mut self, ephemeral: bool) -> Self {
        self.ephemeral = ephemeral;
        self
    }

    /// At or below this share of healthy instances, 0 to 1, the server lists all of them as healthy.
    pub fn protect_threshold(mut self, share: f64) -> Self {
        self.protect_threshold = share;
        self
    }

    /// Adds one entry of metadata.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }
}

/// Which services to list: all, unless narrowed.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ServiceSearch {
    namespace: Option<String>,
    name: String,
    group: String,
    with_instances_only: bool,
}

impl ServiceSearch {
    /// All of the client's namespace.
    pub fn new() -> Self {
        Self::default()
    }

    /// In the namespace with this id.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// Whose name contains this.
    pub fn name(mut self, part: impl Into<String>) -> Self {
        self.name = part.into();
        self
    }

    /// Whose group contains this.
    pub fn group(mut self, part: impl Into<String>) -> Self {
        self.group = part.into();
        self
    }

    /// Without those that have no instance.
    pub fn with_instances_only(mut self) -> Self {
        self.with_instances_only = true;
        self
    }
}

impl ServiceSearch {
    fn call(&self, default: &Namespace, page: u64, page_size: u64) -> Result<(Namespace, Call<'_>)> {
        let namespace = match &self.namespace {
            Some(namespace) => namespace_or_default(namespace)?,
            None => default.clone(),
        };
        let mut call = Call::get("/v3/admin/ns/service/list")
            .query("namespaceId", namespace.to_string())
            .query("ignoreEmptyService", self.with_instances_only.to_string())
            .query("pageNo", page.to_string())
            .query("pageSize", page_size.to_string());
        for (name, value) in [("serviceNameParam", &self.name), ("groupNameParam", &self.group)] {
            if !value.is_empty() {
                call = call.query(name, &**value);
            }
        }
        Ok((namespace, call))
    }
}

pub(super) fn about<'a>(call: Call<'a>, service: &'a ResolvedService) -> Call<'a> {
    call.query("namespaceId", service.namespace.as_str())
        .query("groupName", service.group.as_str())
        .query("serviceName", service.name.as_str())
}

impl AdminClient {
    /// Lists the services of the client's namespace, page by page from 1.
    ///
    /// # Errors
    /// As any call.
    pub async fn services(&self, page: u64, page_size: u64) -> Result<Page<ServiceSummary>> {
        self.find_services(&ServiceSearch::new(), page, page_size).await
    }

    /// Searches services, page by page from 1.
    ///
    /// # Errors
    /// As any call.
    pub async fn find_services(
        &self,
        search: &ServiceSearch,
        page: u64,
        page_size: u64,
    ) -> Result<Page<ServiceSummary>> {
        let core = &self.inner.core;
        let (_, call) = search.call(&core.namespace, page, page_size)?;
        core.send(&call).await?.data()
    }

    /// Reads one service.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is none.
    pub async fn service(&self, key: &ServiceKey) -> Result<ServiceDetail> {
        let core = &self.inner.core;
        let service = key.resolve(&core.namespace)?;
        let detail: Detail = core.send(&about(Call::get(SERVICE), &service)).await?.data()?;
        Ok(detail.into_service(&service.namespace))
    }

    /// Creates a service ahead of its first instance.
    ///
    /// # Errors
    /// [`Conflict`](crate::ErrorKind::Conflict) when there is one.
    pub async fn create_service(&self, key: &ServiceKey, settings: &ServiceSettings) -> Result<()> {
        self.write_service(Call::post(SERVICE), key, settings).await
    }

    /// Changes the settings of a service. Whether its instances are ephemeral cannot be changed.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is none.
    pub async fn update_service(&self, key: &ServiceKey, settings: &ServiceSettings) -> Result<()> {
        self.write_service(Call::new(http::Method::PUT, SERVICE), key, settings)
            .await
    }

    async fn write_service(&self, call: Call<'_>, key: &ServiceKey, settings: &ServiceSettings) -> Result<()> {
        if !(0.0..=1.0).contains(&settings.protect_threshold) {
            return Err(Error::invalid("protect_threshold", "is a share between 0 and 1"));
        }
        let core = &self.inner.core;
        let service = key.resolve(&core.namespace)?;
        let call = call
            .form("namespaceId", service.namespace.as_str().to_owned())
            .form("groupName", service.group.as_str().to_owned())
            .form("serviceName", service.name.as_str().to_owned())
            .form("ephemeral", settings.ephemeral.to_string())
            .form("protectThreshold", settings.protect_threshold.to_string())
            .form("metadata", metadata_json(&settings.metadata)?);
        core.send(&call).await?.accepted()
    }

    /// Deletes a service that has no instances.
    ///
    /// # Errors
    /// [`Conflict`](crate::ErrorKind::Conflict) when it has instances; [`NotFound`](crate::ErrorKind::NotFound) when
    /// there is none.
    pub async fn delete_service(&self, key: &ServiceKey) -> Result<()> {
        let core = &self.inner.core;
        let service = key.resolve(&core.namespace)?;
        core.send(&about(Call::delete(SERVICE), &service)).await?.accepted()
    }

    /// Lists the services of a search with their clusters and instances, page by page from 1. Ephemeral or not is not
    /// part of this view, and is taken for true.
    ///
    /// # Errors
    /// As any call.
    pub async fn services_with_instances(
        &self,
        search: &ServiceSearch,
        page: u64,
        page_size: u64,
    ) -> Result<Page<(ServiceDetail, Vec<Instance>)>> {
        let core = &self.inner.core;
        let (namespace, call) = search.call(&core.namespace, page, page_size)?;
        let call = call.query("withInstances", "true");
        let page: Page<Detail> = core.send(&call).await?.data()?;
        Ok(page.map(|mut detail| {
            let key = ServiceKey::new(&*detail.service_name)
                .group(&*detail.group_name)
                .namespace(namespace.as_str());
            let hosts: Vec<ListedInstance> = detail
                .cluster_map
                .iter_mut()
                .flat_map(BTreeMap::values_mut)
                .flat_map(|cluster| std::mem::take(&mut cluster.hosts).unwrap_or_default())
                .collect();
            // What the server lists it also accepts.
            let instances = key
                .resolve(&namespace)
                .map(|service| hosts.into_iter().map(|host| host.into_instance(&service)).collect())
                .unwrap_or_default();
            (detail.into_service(&namespace), instances)
        }))
    }

    /// The kinds of selectors that the server knows.
    ///
    /// # Errors
    /// As any call.
    pub async fn selector_types(&self) -> Result<Vec<String>> {
        self.read("/v3/admin/ns/service/selector/types").await
    }
}
