//! Instances as an operator sees and changes them.

use super::{AdminClient, metadata_json};
use crate::error::Result;
use crate::ids::DEFAULT_CLUSTER;
use crate::naming::{Instance, ListedInstance, ResolvedService, ServiceKey};
use crate::transport::Call;

pub(super) const INSTANCE: &str = "/v3/admin/ns/instance";

pub(super) fn parameters<'a>(service: &'a ResolvedService, instance: &'a Instance) -> [(&'static str, String); 6] {
    [
        ("namespaceId", service.namespace.to_string()),
        ("groupName", service.group.to_string()),
        ("serviceName", service.name.to_string()),
        ("ip", instance.ip.clone()),
        ("port", instance.port.to_string()),
        ("clusterName", instance.cluster.clone()),
    ]
}

impl AdminClient {
    /// Lists the instances of a service in the clusters that the key names, or in `DEFAULT`. Disabled ones are not
    /// listed here either.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is no such service or cluster, or not yet: a new one is
    /// seen half a second after its first instance.
    pub async fn instances(&self, key: &ServiceKey) -> Result<Vec<Instance>> {
        let core = &self.inner.core;
        let service = key.resolve(&core.namespace)?;
        let mut instances = Vec::new();
        // The server knows no list of clusters here.
        for cluster in service.clusters.split(',') {
            let cluster = if cluster.is_empty() { DEFAULT_CLUSTER } else { cluster };
            let call = Call::get("/v3/admin/ns/instance/list")
                .query("namespaceId", service.namespace.as_str())
                .query("groupName", service.group.as_str())
                .query("serviceName", service.name.as_str())
                .query("clusterName", cluster);
            let listed: Vec<ListedInstance> = core.send(&call).await?.data()?;
            instances.extend(listed.into_iter().map(|listed| listed.into_instance(&service)));
        }
        Ok(instances)
    }

    /// Reads one instance, found by service, ip, port and cluster of `instance`.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is none.
    pub async fn instance(&self, instance: &Instance) -> Result<Instance> {
        let core = &self.inner.core;
        let service = instance.check(&core.namespace)?;
        let call = parameters(&service, instance)
            .into_iter()
            .fold(Call::get(INSTANCE), |call, (name, value)| call.query(name, value));
        let listed: ListedInstance = core.send(&call).await?.data()?;
        Ok(listed.into_instance(&service))
    }

    /// Sets weight, enabled flag and metadata over the head of an instance: they win over what it registers, also
    /// when it registers again. Entries of its own metadata that are not named stay.
    ///
    /// # Errors
    /// As any call.
    pub async fn operate(&self, instance: &Instance) -> Result<()> {
        let core = &self.inner.core;
        let service = instance.check(&core.namespace)?;
        let call = parameters(&service, instance)
            .into_iter()
            .fold(Call::new(http::Method::PUT, INSTANCE), |call, (name, value)| {
                call.form(name, value)
            })
            .form("weight", instance.weight.to_string())
            .form("enabled", instance.enabled.to_string())
            .form("healthy", instance.healthy.to_string())
            .form("ephemeral", instance.ephemeral.to_string())
            .form("metadata", metadata_json(&instance.metadata)?);
        core.send(&call).await?.accepted()
    }

    /// Sets the health of an instance whose cluster is not checked; see
    /// [`HealthChecker::None`](super::HealthChecker::None).
    ///
    /// # Errors
    /// [`Unavailable`](crate::ErrorKind::Unavailable) or [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when the
    /// server checks the cluster; [`Conflict`](crate::ErrorKind::Conflict) from Nacos 3.0.3 for every persistent
    /// instance, which it takes for an ephemeral one here.
    pub async fn set_health(&self, instance: &Instance, healthy: bool) -> Result<()> {
        let core = &self.inner.core;
        let service = instance.check(&core.namespace)?;
        let call = Call::new(http::Method::PUT, "/v3/admin/ns/health/instance");
        let call = parameters(&service, instance)
            .into_iter()
            .fold(call, |call, (name, value)| call.form(name, value))
            .form("healthy", healthy.to_string());
        core.send(&call).await?.accepted()
    }
}
