//! What configurations were before, and going back to it.

use std::time::SystemTime;

use serde::Deserialize;

use super::{AdminClient, Page, about};
use crate::config::{ConfigKey, instant_of};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::Call;

const HISTORY: &str = "/v3/admin/cs/history";

/// What was done to a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HistoryOperation {
    /// It was created.
    Insert,
    /// Its content was replaced.
    Update,
    /// It was deleted.
    Delete,
    /// Something that this crate does not know.
    Unknown,
}

/// One change of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// The id of the entry; not that of the configuration.
    pub id: String,
    /// What was done.
    pub operation: HistoryOperation,
    /// When.
    pub modified: Option<SystemTime>,
    /// By which user, if the server knew.
    pub user: Option<String>,
    /// From which address.
    pub ip: Option<String>,
    /// True for a beta version.
    pub beta: bool,
}

/// One change with its content: the one *before* it for update and delete, the created one for insert.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistoryRecord {
    /// The change.
    pub entry: HistoryEntry,
    /// The content as it was stored.
    pub content: String,
    /// Its MD5.
    pub md5: Option<String>,
    /// Its type.
    pub content_type: Option<String>,
    /// Its encrypted data key.
    pub encrypted_data_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: String,
    #[serde(default)]
    modify_time: u64,
    src_ip: Option<String>,
    src_user: Option<String>,
    /// Padded with blanks to ten characters.
    op_type: Option<String>,
    publish_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RowWithContent {
    #[serde(flatten)]
    row: Row,
    content: Option<String>,
    md5: Option<String>,
    encrypted_data_key: Option<String>,
    /// JSON as text, and the only place of the type.
    ext_info: Option<String>,
}

#[derive(Default, Deserialize)]
struct Extra {
    #[serde(rename = "type")]
    content_type: Option<String>,
}

impl From<Row> for HistoryEntry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            operation: match row.op_type.as_deref().map(str::trim) {
                Some("I") => HistoryOperation::Insert,
                Some("U") => HistoryOperation::Update,
                Some("D") => HistoryOperation::Delete,
                _ => HistoryOperation::Unknown,
            },
            modified: instant_of(row.modify_time),
            user: row.src_user.filter(|user| !user.is_empty()),
            ip: row.src_ip.filter(|ip| !ip.is_empty()),
            beta: row.publish_type.as_deref() == Some("gray"),
        }
    }
}

impl From<RowWithContent> for HistoryRecord {
    fn from(row: RowWithContent) -> Self {
        let extra: Extra = row
            .ext_info
            .and_then(|extra| serde_json::from_str(&extra).ok())
            .unwrap_or_default();
        Self {
            entry: row.row.into(),
            content: row.content.unwrap_or_default(),
            md5: row.md5,
            content_type: extra.content_type,
            encrypted_data_key: row.encrypted_data_key.filter(|key| !key.is_empty()),
        }
    }
}

impl AdminClient {
    /// Lists the changes of a configuration, the latest first, page by page from 1.
    ///
    /// # Errors
    /// As any call; a configuration that never was has an empty history.
    pub async fn history(&self, key: &ConfigKey, page: u64, page_size: u64) -> Result<Page<HistoryEntry>> {
        let core = &self.inner.core;
        let key = key.resolve(&core.namespace)?;
        let call = about(Call::get("/v3/admin/cs/history/list"), &key)
            .query("pageNo", page.to_string())
            .query("pageSize", page_size.to_string());
        let page: Page<Row> = core.send(&call).await?.data()?;
        Ok(page.map(HistoryEntry::from))
    }

    /// Reads one change with its content.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when this configuration has no such entry.
    pub async fn history_record(&self, key: &ConfigKey, entry_id: &str) -> Result<HistoryRecord> {
        self.record(key, HISTORY, ("nid", entry_id)).await
    }

    /// Reads the change before the present state of a configuration, by the id in
    /// [`Published::id`](super::Published::id).
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when there is none.
    pub async fn previous_record(&self, key: &ConfigKey, config_id: &str) -> Result<HistoryRecord> {
        self.record(key, "/v3/admin/cs/history/previous", ("id", config_id))
            .await
    }

    async fn record(
        &self,
        key: &ConfigKey,
        path: &'static str,
        (name, id): (&'static str, &str),
    ) -> Result<HistoryRecord> {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::invalid("id", "consists of digits"));
        }
        let core = &self.inner.core;
        let resolved = key.resolve(&core.namespace)?;
        let call = about(Call::get(path), &resolved).query(name, id);
        let row: Result<RowWithContent> = core.send(&call).await?.data();
        match row {
            Ok(row) => Ok(row.into()),
            // The server's words for "no such row" are those of a failed conversion.
            Err(error)
                if error.code() == Some(20002)
                    && error
                        .body()
                        .is_some_and(|body| body.contains("Source must not be null")) =>
            {
                Err(
                    Error::new(ErrorKind::NotFound, format!("the history of {key} has no entry {id}"))
                        .with_source(error),
                )
            }
            Err(error) => Err(error),
        }
    }

    /// Undoes the change `entry_id` of a configuration: publishes the content before it again, or deletes what it
    /// created. The server has no such operation; this reads and publishes.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when there is no such entry;
    /// [`Unsupported`](ErrorKind::Unsupported) for a beta version.
    pub async fn rollback(&self, key: &ConfigKey, entry_id: &str) -> Result<()> {
        let record = self.history_record(key, entry_id).await?;
        if record.entry.beta {
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!("entry {entry_id} of {key} is a beta version; end it with `delete_beta`"),
            ));
        }
        match record.entry.operation {
            HistoryOperation::Insert => self.delete(key).await,
            HistoryOperation::Update | HistoryOperation::Delete => {
                let mut publish = self.publish(key, record.content).stored(record.encrypted_data_key);
                if let Some(content_type) = record.content_type {
                    publish = publish.content_type(content_type);
                }
                publish.await
            }
            HistoryOperation::Unknown => Err(Error::new(
                ErrorKind::Unsupported,
                format!("entry {entry_id} of {key} is of a kind that cannot be undone here"),
            )),
        }
    }
}
