//! Searching configurations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AdminClient, Page, about};
use crate::config::ConfigKey;
use crate::error::Result;
use crate::ids::{Namespace, namespace_or_default};
use crate::transport::Call;

/// A configuration in a list, without its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConfigSummary {
    /// The server's id.
    #[serde(default)]
    pub id: String,
    /// The namespace.
    #[serde(default)]
    pub namespace_id: String,
    /// The group.
    #[serde(rename = "groupName")]
    pub group: String,
    /// The data id.
    pub data_id: String,
    /// The MD5, which not every list holds.
    #[serde(default)]
    pub md5: Option<String>,
    /// The type.
    #[serde(rename = "type", default)]
    pub content_type: Option<String>,
    /// The application.
    #[serde(default)]
    pub app_name: Option<String>,
}

/// What to look for: everything, unless narrowed. In patterns `*` stands for any text.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ConfigSearch {
    namespace: Option<String>,
    data_id: String,
    group: String,
    content_type: Option<String>,
    app_name: Option<String>,
    tags: Option<String>,
    content: Option<String>,
    exact: bool,
}

impl ConfigSearch {
    /// Everything in the client's namespace.
    pub fn new() -> Self {
        Self::default()
    }

    /// In the namespace with this id.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// Data ids of this pattern.
    pub fn data_id(mut self, pattern: impl Into<String>) -> Self {
        self.data_id = pattern.into();
        self
    }

    /// Groups of this pattern.
    pub fn group(mut self, pattern: impl Into<String>) -> Self {
        self.group = pattern.into();
        self
    }

    /// Of this type only.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Of this application only.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// With all of these labels.
    pub fn config_tags<'a>(mut self, tags: impl IntoIterator<Item = &'a str>) -> Self {
        self.tags = Some(tags.into_iter().collect::<Vec<_>>().join(","));
        self
    }

    /// Contents of this pattern, such as `*timeout*`.
    pub fn content(mut self, pattern: impl Into<String>) -> Self {
        self.content = Some(pattern.into());
        self
    }

    /// Takes data id and group literally.
    pub fn exact(mut self) -> Self {
        self.exact = true;
        self
    }

    pub(super) fn namespace_or(&self, default: &Namespace) -> Result<Namespace> {
        match &self.namespace {
            Some(namespace) => namespace_or_default(namespace),
            None => Ok(default.clone()),
        }
    }

    /// What narrows an export: the names, taken literally.
    pub(super) fn literal(&self) -> [(&'static str, Option<&str>); 3] {
        [
            ("dataId", Some(&*self.data_id)),
            ("groupName", Some(&*self.group)),
            ("appName", self.app_name.as_deref()),
        ]
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listeners {
    #[serde(default)]
    listeners_status: Option<BTreeMap<String, String>>,
}

impl AdminClient {
    /// Who listens to a configuration, and the MD5 each has. Only gRPC clients are seen here: those who poll over
    /// HTTP, as this crate does, never are.
    ///
    /// # Errors
    /// As any call.
    pub async fn listeners(&self, key: &ConfigKey) -> Result<BTreeMap<String, String>> {
        let core = &self.inner.core;
        let key = key.resolve(&core.namespace)?;
        let call = about(Call::get("/v3/admin/cs/config/listener"), &key);
        let listeners: Listeners = core.send(&call).await?.data()?;
        Ok(listeners.listeners_status.unwrap_or_default())
    }

    /// What the gRPC client at this address listens to: `data-id+group` and, in another namespace than `public`, its id
    /// behind, with the MD5 that it has.
    ///
    /// # Errors
    /// As any call.
    pub async fn listened_by(&self, ip: &str) -> Result<BTreeMap<String, String>> {
        let call = Call::get("/v3/admin/cs/listener").query("ip", ip).query("all", "true");
        let listeners: Listeners = self.inner.core.send(&call).await?.data()?;
        Ok(listeners.listeners_status.unwrap_or_default())
    }

    /// Searches configurations, page by page from 1.
    ///
    /// # Errors
    /// [`RateLimited`](crate::ErrorKind::RateLimited) when the server is busy with other searches.
    pub async fn configs(&self, search: &ConfigSearch, page: u64, page_size: u64) -> Result<Page<ConfigSummary>> {
        let core = &self.inner.core;
        let namespace = search.namespace_or(&core.namespace)?;
        let mut call = Call::get("/v3/admin/cs/config/list")
            .query("namespaceId", namespace.as_str())
            .query("dataId", &*search.data_id)
            .query("groupName", &*search.group)
            .query("search", if search.exact { "accurate" } else { "blur" })
            .query("pageNo", page.to_string())
            .query("pageSize", page_size.to_string());
        for (name, value) in [
            ("type", &search.content_type),
            ("appName", &search.app_name),
            ("configTags", &search.tags),
            ("configDetail", &search.content),
        ] {
            if let Some(value) = value {
                call = call.query(name, &**value);
            }
        }
        core.send(&call).await?.data()
    }

    /// Lists every configuration of a namespace at once, without MD5s.
    ///
    /// # Errors
    /// As any call.
    pub async fn all_configs(&self, namespace: &str) -> Result<Vec<ConfigSummary>> {
        let namespace = namespace_or_default(namespace)?;
        let call = Call::get("/v3/admin/cs/history/configs").query("namespaceId", namespace.as_str());
        self.inner.core.send(&call).await?.data()
    }
}
