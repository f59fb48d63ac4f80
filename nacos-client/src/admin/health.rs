//! How the server checks the health of persistent instances.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AdminClient, metadata_json};
use crate::error::{Error, Result};
use crate::naming::ServiceKey;
use crate::transport::Call;

/// How the server asks an instance whether it is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[non_exhaustive]
pub enum HealthChecker {
    /// Not at all: [`AdminClient::set_health`] says it.
    #[serde(rename = "NONE")]
    None,
    /// By a connection to its port.
    #[serde(rename = "TCP")]
    Tcp,
    /// By a GET.
    #[serde(rename = "HTTP", rename_all = "camelCase")]
    Http {
        /// The path.
        path: String,
        /// Headers as `name:value|name:value`.
        #[serde(default)]
        headers: String,
        /// The status that means health.
        #[serde(default = "ok")]
        expected_response_code: u16,
    },
}

fn ok() -> u16 {
    200
}

/// How the instances of one cluster are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ClusterSettings {
    checker: HealthChecker,
    port: Option<u16>,
    metadata: BTreeMap<String, String>,
}

impl ClusterSettings {
    /// Checked so, at the port of each instance.
    pub fn new(checker: HealthChecker) -> Self {
        Self {
            checker,
            port: None,
            metadata: BTreeMap::new(),
        }
    }

    /// Checked at this port instead of the instance's own.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Adds one entry of metadata.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }
}

impl AdminClient {
    /// Sets how the server checks the instances of one cluster of a service.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when the server knows no such service.
    pub async fn update_cluster(&self, service: &ServiceKey, cluster: &str, settings: &ClusterSettings) -> Result<()> {
        let core = &self.inner.core;
        let service = service.resolve(&core.namespace)?;
        let checker = serde_json::to_string(&settings.checker)
            .map_err(|source| Error::invalid("checker", "cannot be written as JSON").with_source(source))?;
        let call = Call::put("/v3/admin/ns/cluster")
            .form("namespaceId", service.namespace.as_str())
            .form("groupName", service.group.as_str())
            .form("serviceName", service.name.as_str())
            .form("clusterName", cluster)
            .form("checkPort", settings.port.unwrap_or(80).to_string())
            .form("useInstancePort4Check", settings.port.is_none().to_string())
            .form("healthChecker", checker)
            .form("metadata", metadata_json(&settings.metadata)?);
        core.send(&call).await?.accepted()
    }

    /// The kinds of health checks that the server knows, each with its settings as they are by default.
    ///
    /// # Errors
    /// As any call.
    pub async fn health_checkers(&self) -> Result<BTreeMap<String, Value>> {
        self.read("/v3/admin/ns/health/checkers").await
    }
}
