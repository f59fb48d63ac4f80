//! Services.

use serde::{Deserialize, Serialize};

use super::{AdminClient, Page};
use crate::error::Result;
use crate::transport::Call;

/// A service as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServiceSummary {
    /// The plain name.
    pub name: String,
    /// The group.
    pub group_name: String,
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

impl AdminClient {
    /// Lists the services of the client's namespace, page by page from 1.
    ///
    /// # Errors
    /// As any call.
    pub async fn services(&self, page: u64, page_size: u64) -> Result<Page<ServiceSummary>> {
        let core = &self.inner.core;
        let call = Call::get("/v3/admin/ns/service/list")
            .query("namespaceId", core.namespace.as_str())
            .query("pageNo", page.to_string())
            .query("pageSize", page_size.to_string());
        core.send(&call).await?.data()
    }
}
