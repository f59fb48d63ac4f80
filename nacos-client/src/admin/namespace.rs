//! Namespaces.

use serde::{Deserialize, Serialize};

use super::AdminClient;
use crate::error::Result;
use crate::ids::Namespace;
use crate::transport::Call;

const NAMESPACE: &str = "/v3/admin/core/namespace";

/// A namespace as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NamespaceInfo {
    /// The id, which every other call wants.
    #[serde(rename = "namespace")]
    pub id: String,
    /// The display name.
    #[serde(rename = "namespaceShowName", default)]
    pub name: String,
    /// A free text.
    #[serde(rename = "namespaceDesc", default)]
    pub description: Option<String>,
    /// How many configurations it may hold.
    #[serde(default)]
    pub quota: i64,
    /// How many configurations it holds.
    #[serde(default)]
    pub config_count: i64,
}

impl AdminClient {
    /// Lists every namespace.
    ///
    /// # Errors
    /// As any call.
    pub async fn namespaces(&self) -> Result<Vec<NamespaceInfo>> {
        let call = Call::get("/v3/admin/core/namespace/list");
        self.inner.core.send(&call).await?.data()
    }

    /// Creates a namespace.
    ///
    /// # Errors
    /// [`Conflict`](crate::ErrorKind::Conflict) when the id is taken.
    pub async fn create_namespace(&self, id: &str, name: &str, description: &str) -> Result<()> {
        Namespace::new(id)?;
        let call = Call::post(NAMESPACE)
            .form("namespaceId", id)
            .form("namespaceName", name)
            .form("namespaceDesc", description);
        self.inner.core.send(&call).await?.accepted()
    }

    /// Deletes a namespace; also fine when there is none.
    ///
    /// # Errors
    /// As any call.
    pub async fn delete_namespace(&self, id: &str) -> Result<()> {
        Namespace::new(id)?;
        let call = Call::delete(NAMESPACE).query("namespaceId", id);
        self.inner.core.send(&call).await?.accepted()
    }
}
