//! Namespaces.

use serde::{Deserialize, Serialize};

use super::AdminClient;
use crate::error::{Error, Result};
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

fn check_name(name: &str) -> Result<()> {
    if name.trim().is_empty() || name.chars().any(|character| "@#$%^&*".contains(character)) {
        return Err(Error::invalid("name", "must not be empty nor contain any of @#$%^&*"));
    }
    Ok(())
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

    /// Reads one namespace.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is none with this id; if there is one with this *name*,
    /// the error says so.
    pub async fn namespace(&self, id: &str) -> Result<NamespaceInfo> {
        let call = Call::get(NAMESPACE).query("namespaceId", id);
        let error = match self.inner.core.send(&call).await?.data() {
            Ok(namespace) => return Ok(namespace),
            Err(error) => error,
        };
        let named = self
            .namespaces()
            .await?
            .into_iter()
            .find(|namespace| namespace.name == id);
        Err(match named {
            Some(namespace) if error.is_not_found() => error.with_context(format_args!(
                "`{id}` is the display name of the namespace whose id is `{}`",
                namespace.id
            )),
            _ => error,
        })
    }

    /// True when there is a namespace with this id.
    ///
    /// # Errors
    /// As any call.
    pub async fn namespace_exists(&self, id: &str) -> Result<bool> {
        let call = Call::get("/v3/admin/core/namespace/check").query("namespaceId", id);
        let count: u64 = self.inner.core.send(&call).await?.data()?;
        Ok(count > 0)
    }

    /// Creates a namespace.
    ///
    /// # Errors
    /// [`Conflict`](crate::ErrorKind::Conflict) when the id is taken.
    pub async fn create_namespace(&self, id: &str, name: &str, description: &str) -> Result<()> {
        self.write_namespace(Call::post(NAMESPACE), id, name, description).await
    }

    /// Changes name and description of a namespace.
    ///
    /// # Errors
    /// As any call; the server does not tell whether there is one.
    pub async fn update_namespace(&self, id: &str, name: &str, description: &str) -> Result<()> {
        self.write_namespace(Call::new(http::Method::PUT, NAMESPACE), id, name, description)
            .await
    }

    async fn write_namespace(&self, call: Call<'_>, id: &str, name: &str, description: &str) -> Result<()> {
        Namespace::new(id)?;
        check_name(name)?;
        let call = call
            .form("namespaceId", id.to_owned())
            .form("namespaceName", name.to_owned())
            .form("namespaceDesc", description.to_owned());
        self.inner.core.send(&call).await?.accepted()
    }

    /// Deletes a namespace; also fine when there is none. Its configurations stay and are found again under its id.
    ///
    /// # Errors
    /// As any call.
    pub async fn delete_namespace(&self, id: &str) -> Result<()> {
        Namespace::new(id)?;
        let call = Call::delete(NAMESPACE).query("namespaceId", id);
        self.inner.core.send(&call).await?.accepted()
    }
}
