//! Reading and deleting configurations as their administrator.

use std::time::SystemTime;

use serde::Deserialize;

use super::{AdminClient, about};
use crate::client::Inner;
use crate::config::{ConfigDocument, ConfigKey};
use crate::error::{Error, Result};
use crate::transport::Call;

pub(super) const CONFIG: &str = "/v3/admin/cs/config";

/// A configuration with what only administrators see.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The server's id of the configuration.
    pub id: String,
    /// Content, type, MD5 and time.
    pub document: ConfigDocument,
    /// The application it belongs to.
    pub app_name: Option<String>,
    /// A free text.
    pub description: Option<String>,
    /// Labels to search by.
    pub tags: Vec<String>,
    /// When it was created.
    pub created: Option<SystemTime>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    id: String,
    content: String,
    md5: Option<String>,
    #[serde(rename = "type")]
    content_type: Option<String>,
    app_name: Option<String>,
    desc: Option<String>,
    config_tags: Option<String>,
    encrypted_data_key: Option<String>,
    #[serde(default)]
    create_time: u64,
    #[serde(default)]
    modify_time: u64,
}

impl AdminClient {
    /// Deletes a configuration; also fine when there is none.
    ///
    /// # Errors
    /// As any call.
    pub async fn delete(&self, key: &ConfigKey) -> Result<()> {
        let core = &self.inner.core;
        let key = key.resolve(&core.namespace)?;
        let call = about(Call::delete(CONFIG), &key);
        let describe = |error: Error| error.with_context(format_args!("delete configuration {key}"));
        core.send(&call).await.map_err(describe)?.accepted().map_err(describe)
    }

    /// Reads a configuration from the database: what was just published is seen at once.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, key: &ConfigKey) -> Result<Published> {
        read(&self.inner, key).await
    }
}

pub(super) async fn read(inner: &Inner, key: &ConfigKey) -> Result<Published> {
    let core = &inner.core;
    let key = key.resolve(&core.namespace)?;
    let call = about(Call::get(CONFIG), &key);
    let describe = |error: Error| error.with_context(format_args!("configuration {key}"));
    let detail: Detail = core.send(&call).await.map_err(describe)?.data().map_err(describe)?;
    Ok(Published {
        id: detail.id,
        document: ConfigDocument::of_detail(
            detail.content,
            detail.md5,
            detail.content_type,
            detail.modify_time,
            detail.encrypted_data_key,
        ),
        app_name: detail.app_name.filter(|text| !text.is_empty()),
        description: detail.desc.filter(|text| !text.is_empty()),
        tags: detail
            .config_tags
            .unwrap_or_default()
            .split(',')
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .collect(),
        created: crate::config::instant_of(detail.create_time),
    })
}

impl AdminClient {
    /// Deletes several configurations by the ids that a search found.
    ///
    /// # Errors
    /// As any call.
    pub async fn delete_by_ids<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Result<()> {
        let ids = ids.into_iter().collect::<Vec<_>>().join(",");
        if ids.is_empty() {
            return Ok(());
        }
        let call = Call::delete("/v3/admin/cs/config/batch").query("ids", ids);
        self.inner.core.send(&call).await?.accepted()
    }
}
