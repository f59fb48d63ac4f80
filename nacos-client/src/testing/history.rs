//! `/v3/admin/cs/history`: what configurations were before.

use serde::Serialize;

use super::configs::{Detail, StoredConfig, key_of};
use super::incoming::Incoming;
use super::paged::Paged;
use super::reply::{Outcome, Reply};
use super::world::{Key, World};
use crate::clock::unix_millis;

/// The server writes this creation time into every row.
const CREATION: u64 = 1_273_017_600_000;

#[derive(Clone, Copy, Debug)]
pub(super) enum Operation {
    Insert,
    Update,
    Delete,
}

#[derive(Clone, Debug)]
pub(super) enum PublishType {
    Formal,
    /// With the name of the gray version.
    Gray(String),
}

/// The content before the change for update and delete, after it for insert.
#[derive(Clone, Debug)]
pub(super) struct HistoryRow {
    nid: u64,
    config_id: u64,
    key: Key,
    content: String,
    md5: String,
    app_name: String,
    operation: Operation,
    publish_type: PublishType,
    encrypted_data_key: Option<String>,
    extra: String,
    modified: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    #[serde(flatten)]
    detail: Detail<'a>,
    src_ip: &'a str,
    src_user: Option<&'a str>,
    op_type: &'a str,
    publish_type: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RowWithContent<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    content: &'a str,
    encrypted_data_key: Option<&'a str>,
    gray_name: &'a str,
    ext_info: &'a str,
}

impl HistoryRow {
    fn show(&self) -> Row<'_> {
        Row {
            detail: Detail {
                id: self.nid.to_string(),
                namespace_id: &self.key.0,
                group_name: &self.key.1,
                data_id: &self.key.2,
                md5: None,
                kind: None,
                app_name: &self.app_name,
                create_time: CREATION,
                modify_time: self.modified,
            },
            src_ip: "127.0.0.1",
            src_user: None,
            op_type: match self.operation {
                Operation::Insert => "I         ",
                Operation::Update => "U         ",
                Operation::Delete => "D         ",
            },
            publish_type: match self.publish_type {
                PublishType::Formal => "formal",
                PublishType::Gray(_) => "gray",
            },
        }
    }

    fn show_content(&self) -> RowWithContent<'_> {
        let mut row = self.show();
        row.detail.md5 = Some(&self.md5);
        RowWithContent {
            row,
            content: &self.content,
            encrypted_data_key: self.encrypted_data_key.as_deref(),
            gray_name: match &self.publish_type {
                PublishType::Formal => "",
                PublishType::Gray(name) => name,
            },
            ext_info: &self.extra,
        }
    }
}

fn missing_source() -> Reply {
    Reply::failure(400, 20002, "parameter validate error", "Source must not be null")
}

impl World {
    pub(super) fn remember(
        &mut self,
        key: &Key,
        operation: Operation,
        publish_type: PublishType,
        config: &StoredConfig,
        description: Option<&str>,
    ) {
        let extra = match description {
            None => format!(r#"{{"type":"{}"}}"#, config.kind),
            Some(text) => format!(
                r#"{{"type":"{}","c_desc":{}}}"#,
                config.kind,
                serde_json::Value::from(text)
            ),
        };
        self.history.push(HistoryRow {
            nid: self.history.last().map_or(0, |row| row.nid) + 1,
            config_id: config.id,
            key: key.clone(),
            content: config.content.clone(),
            md5: config.md5.clone(),
            app_name: config.app_name.clone(),
            operation,
            publish_type,
            encrypted_data_key: config.encrypted_data_key.clone(),
            extra,
            modified: unix_millis(),
        });
    }

    fn rows(&self, key: &Key) -> impl Iterator<Item = &HistoryRow> {
        self.history.iter().rev().filter(move |row| row.key == *key)
    }

    pub(super) fn history_list(&self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        let rows: Vec<_> = self.rows(&key).collect();
        Ok(Reply::ok(Paged::cut(rows, incoming, HistoryRow::show)))
    }

    pub(super) fn history_detail(&self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        let Some(nid) = incoming.get("nid") else {
            let detail = "Required request parameter 'nid' for method parameter type Long is not present";
            return Err(Reply::parameter_missing(detail));
        };
        let row = self
            .rows(&key)
            .find(|row| row.nid.to_string() == nid)
            .ok_or_else(missing_source)?;
        Ok(Reply::ok(row.show_content()))
    }

    /// `id` is the id of the configuration, not of a row.
    pub(super) fn history_previous(&self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        let id = incoming.required("id")?;
        let row = self
            .rows(&key)
            .find(|row| row.config_id.to_string() == id)
            .ok_or_else(missing_source)?;
        Ok(Reply::ok(row.show_content()))
    }

    pub(super) fn history_configs(&self, incoming: &Incoming) -> Outcome {
        let namespace = incoming.required("namespaceId")?;
        let mut found: Vec<_> = self
            .configs
            .iter()
            .filter(|(key, config)| config.formal && key.0 == namespace)
            .collect();
        found.sort_by_key(|(_, config)| config.id);
        let shown: Vec<_> = found
            .into_iter()
            .map(|(key, config)| Detail {
                id: "0".to_owned(),
                md5: None,
                create_time: 0,
                ..config.detail(key)
            })
            .collect();
        Ok(Reply::ok(shown))
    }
}
