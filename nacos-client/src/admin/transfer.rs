//! Configurations that travel: export to a zip archive, import from one, clone.

use bytes::Bytes;
use http::HeaderValue;
use serde::{Deserialize, Serialize};

use super::{AdminClient, ConfigSearch};
use crate::error::{Error, Result};
use crate::ids::namespace_or_default;
use crate::transport::Call;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What happens where a configuration is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameConfigPolicy {
    /// The import ends there: what came before stays, this one counts as failed, what follows as skipped.
    #[default]
    Abort,
    /// It is left as it is.
    Skip,
    /// It is replaced.
    Overwrite,
}

impl SameConfigPolicy {
    fn as_str(self) -> &'static str {
        match self {
            Self::Abort => "ABORT",
            Self::Skip => "SKIP",
            Self::Overwrite => "OVERWRITE",
        }
    }
}

/// Names a configuration in a [`TransferReport`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TransferredConfig {
    /// The data id.
    pub data_id: String,
    /// The group.
    pub group: String,
}

/// What an import or a clone did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TransferReport {
    /// How many were written.
    #[serde(rename = "succCount", default)]
    pub written: u64,
    /// How many were left as they are.
    #[serde(rename = "skipCount", default)]
    pub skipped: u64,
    /// Which were left as they are.
    #[serde(rename = "skipData", default)]
    pub skipped_configs: Vec<TransferredConfig>,
    /// Which one ended the import, under [`SameConfigPolicy::Abort`].
    #[serde(rename = "failData", default)]
    pub failed_configs: Vec<TransferredConfig>,
    /// Entries of the archive that its table of contents does not name, and the reverse; in the server's words.
    #[serde(rename = "unrecognizedData", default, deserialize_with = "item_names")]
    pub unrecognized: Vec<String>,
}

impl TransferReport {
    /// True when everything was written.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.skipped == 0 && self.failed_configs.is_empty() && self.unrecognized.is_empty()
    }
}

fn item_names<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Item {
        item_name: String,
    }
    let items = Vec::<Item>::deserialize(deserializer)?;
    Ok(items.into_iter().map(|item| item.item_name).collect())
}

/// A configuration to clone: its id, and under which names, when not its own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ConfigClone {
    id: String,
    data_id: Option<String>,
    group: Option<String>,
}

impl ConfigClone {
    /// The configuration with this id, from a search or [`AdminClient::get`].
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            data_id: None,
            group: None,
        }
    }

    /// The data id of the copy. Default: the original's.
    pub fn data_id(mut self, data_id: impl Into<String>) -> Self {
        self.data_id = Some(data_id.into());
        self
    }

    /// The group of the copy. Default: the original's.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wanted<'a> {
    config_id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_data_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_group_name: Option<&'a str>,
}

impl AdminClient {
    /// Exports what the search finds as a zip archive: `group/data-id` for each, and `.metadata.yml` with types,
    /// applications and descriptions. Names are taken literally here, without patterns; content and labels do not
    /// narrow an export.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when a name holds a `*`.
    pub async fn export(&self, search: &ConfigSearch) -> Result<Bytes> {
        let core = &self.inner.core;
        let namespace = search.namespace_or(&core.namespace)?;
        // Without `ids`, be it empty, the server fails.
        let mut call = Call::get(EXPORT)
            .query("namespaceId", namespace.as_str())
            .query("ids", "");
        for (name, value) in search.literal() {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                call = call.query(name, value);
            }
        }
        core.send(&call).await?.archive()
    }

    /// Exports the configurations with these ids, as [`export`](Self::export) does.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when there is no id: the server would export everything.
    pub async fn export_by_ids<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Result<Bytes> {
        let ids = ids.into_iter().collect::<Vec<_>>().join(",");
        if ids.is_empty() {
            return Err(Error::invalid("ids", "name at least one"));
        }
        let core = &self.inner.core;
        let call = Call::get(EXPORT)
            .query("namespaceId", core.namespace.as_str())
            .query("ids", ids);
        core.send(&call).await?.archive()
    }

    /// Imports an archive of [`export`](Self::export) into a namespace, which must exist.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is no such namespace;
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when the archive holds nothing.
    pub async fn import(
        &self,
        namespace: &str,
        archive: impl Into<Bytes>,
        policy: SameConfigPolicy,
    ) -> Result<TransferReport> {
        let namespace = namespace_or_default(namespace)?;
        let archive: Bytes = archive.into();
        if !archive.starts_with(b"PK") {
            return Err(Error::invalid("archive", "not a zip archive"));
        }
        let boundary = format!("nacos-client-{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        let content_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
            .map_err(|_| Error::invalid("archive", "cannot be sent"))?;
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"import.zip\"\r\n\
             Content-Type: application/zip\r\n\r\n"
        );
        let body = [head.as_bytes(), &archive, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
        let mut call = Call::post("/v3/admin/cs/config/import")
            .query("namespaceId", namespace.as_str())
            .query("policy", policy.as_str())
            .payload(content_type, body);
        // Under `Abort` and `Skip` a repetition would report its own first try.
        call.repeatable = policy == SameConfigPolicy::Overwrite;
        self.inner.core.send(&call).await?.data()
    }

    /// Copies configurations into a namespace, which must exist, or within one under other names.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is no such namespace;
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when none of the ids is known.
    pub async fn clone_configs(
        &self,
        namespace: &str,
        configs: &[ConfigClone],
        policy: SameConfigPolicy,
    ) -> Result<TransferReport> {
        let namespace = namespace_or_default(namespace)?;
        let mut wanted = Vec::with_capacity(configs.len());
        for config in configs {
            wanted.push(Wanted {
                config_id: (config.id.parse()).map_err(|_| Error::invalid("id", "is a number that the server gave"))?,
                target_data_id: config.data_id.as_deref(),
                target_group_name: config.group.as_deref(),
            });
        }
        let body = serde_json::to_vec(&wanted)
            .map_err(|source| Error::invalid("configs", "cannot be written as JSON").with_source(source))?;
        let mut call = Call::post("/v3/admin/cs/config/clone")
            .query("namespaceId", namespace.as_str())
            .query("policy", policy.as_str())
            .payload(JSON, body);
        call.repeatable = policy == SameConfigPolicy::Overwrite;
        self.inner.core.send(&call).await?.data()
    }
}

const EXPORT: &str = "/v3/admin/cs/config/export";
