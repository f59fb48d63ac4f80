//! Some of an instance's properties, and metadata of many instances at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::instance::{INSTANCE, parameters};
use super::{AdminClient, metadata_json};
use crate::error::{Error, Result};
use crate::naming::{Instance, ServiceKey};
use crate::transport::Call;

const BATCH: &str = "/v3/admin/ns/instance/metadata/batch";

/// What to change of an instance: what is named, and nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct InstancePatch {
    weight: Option<f64>,
    enabled: Option<bool>,
    metadata: BTreeMap<String, String>,
}

impl InstancePatch {
    /// Changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The share of the traffic, 0 to 10000.
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = Some(weight);
        self
    }

    /// Whether it takes traffic at all.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = Some(enabled);
        self
    }

    /// Adds one entry to the metadata, or replaces it. All entries of a patch together take the place of those that an
    /// operator set before; [`AdminClient::set_metadata`] adds to them.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }
}

#[derive(Deserialize)]
struct Updated {
    #[serde(default)]
    updated: Vec<String>,
}

/// One of the instances that a batch is about.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target<'a> {
    ip: &'a str,
    port: u16,
    cluster_name: &'a str,
    ephemeral: bool,
}

impl AdminClient {
    /// Changes some properties of an instance over its head; see [`operate`](Self::operate) for all of them. Reads the
    /// instance first: what a request does not name, the server (3.0.3) sets to weight 1 and enabled.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is no such instance.
    pub async fn patch_instance(&self, instance: &Instance, patch: &InstancePatch) -> Result<()> {
        let weight = patch.weight.unwrap_or_default();
        if !(0.0..=10_000.0).contains(&weight) {
            return Err(Error::invalid("weight", "is between 0 and 10000"));
        }
        let core = &self.inner.core;
        let service = instance.check(&core.namespace)?;
        let now = self.instance(instance).await?;
        let call = Call::put("/v3/admin/ns/instance/partial");
        let mut call = parameters(&service, instance)
            .into_iter()
            .fold(call, |call, (name, value)| call.form(name, value))
            .form("ephemeral", instance.ephemeral.to_string())
            .form("weight", patch.weight.unwrap_or(now.weight).to_string())
            .form("enabled", patch.enabled.unwrap_or(now.enabled).to_string());
        if !patch.metadata.is_empty() {
            call = call.form("metadata", metadata_json(&patch.metadata)?);
        }
        core.send(&call).await?.accepted()
    }

    /// Registers an instance as an operator, once and without heartbeats.
    ///
    /// # Errors
    /// As [`register_once`](crate::naming::NamingClient::register_once).
    pub async fn register_instance(&self, instance: &Instance) -> Result<()> {
        let core = &self.inner.core;
        let service = instance.check(&core.namespace)?;
        let call = parameters(&service, instance)
            .into_iter()
            .fold(Call::post(INSTANCE), |call, (name, value)| call.form(name, value))
            .form("weight", instance.weight.to_string())
            .form("enabled", instance.enabled.to_string())
            .form("healthy", instance.healthy.to_string())
            .form("ephemeral", instance.ephemeral.to_string())
            .form("metadata", metadata_json(&instance.metadata)?);
        core.send(&call).await?.accepted()
    }

    /// Deregisters an instance as an operator; also fine when there is none. One that still sends heartbeats registers
    /// itself again.
    ///
    /// # Errors
    /// As any call.
    pub async fn deregister_instance(&self, instance: &Instance) -> Result<()> {
        let core = &self.inner.core;
        let service = instance.check(&core.namespace)?;
        let call = parameters(&service, instance)
            .into_iter()
            .fold(Call::delete(INSTANCE), |call, (name, value)| call.query(name, value))
            .query("ephemeral", instance.ephemeral.to_string());
        core.send(&call).await?.accepted()
    }

    /// Adds or replaces entries of metadata on these instances of a service, or on all of them when none is given.
    /// Answers `ip:port:…:cluster:…` for each that was changed; unknown ones are left out.
    ///
    /// # Errors
    /// As any call.
    pub async fn set_metadata(
        &self,
        service: &ServiceKey,
        instances: &[Instance],
        metadata: &BTreeMap<String, String>,
    ) -> Result<Vec<String>> {
        let core = &self.inner.core;
        let service = service.resolve(&core.namespace)?;
        let mut call = Call::put(BATCH)
            .form("namespaceId", service.namespace.as_str())
            .form("groupName", service.group.as_str())
            .form("serviceName", service.name.as_str())
            .form("metadata", metadata_json(metadata)?);
        if let Some(targets) = targets(instances)? {
            call = call.form("instances", targets);
        }
        let updated: Updated = core.send(&call).await?.data()?;
        Ok(updated.updated)
    }

    /// Removes entries of metadata that an operator set, by their keys, from these instances of a service, or from all
    /// of them when none is given. What an instance says of itself stays.
    ///
    /// # Errors
    /// As any call.
    pub async fn remove_metadata<'a>(
        &self,
        service: &ServiceKey,
        instances: &[Instance],
        keys: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<String>> {
        let core = &self.inner.core;
        let service = service.resolve(&core.namespace)?;
        let keys = keys.into_iter().map(|key| (key.to_owned(), String::new())).collect();
        let mut call = Call::delete(BATCH)
            .query("namespaceId", service.namespace.as_str())
            .query("groupName", service.group.as_str())
            .query("serviceName", service.name.as_str())
            .query("metadata", metadata_json(&keys)?);
        if let Some(targets) = targets(instances)? {
            call = call.query("instances", targets);
        }
        let updated: Updated = core.send(&call).await?.data()?;
        Ok(updated.updated)
    }
}

fn targets(instances: &[Instance]) -> Result<Option<String>> {
    if instances.is_empty() {
        return Ok(None);
    }
    let targets: Vec<_> = instances
        .iter()
        .map(|instance| Target {
            ip: &instance.ip,
            port: instance.port,
            cluster_name: &instance.cluster,
            ephemeral: instance.ephemeral,
        })
        .collect();
    let text = serde_json::to_string(&targets)
        .map_err(|source| Error::invalid("instances", "cannot be written as JSON").with_source(source))?;
    Ok(Some(text))
}
