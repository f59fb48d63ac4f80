//! Publishing and history by single calls of the admin API.

use async_trait::async_trait;
use nacos_client::ErrorKind;
use nacos_client::admin::{HistoryEntry, HistoryOperation, Publish};

use super::Backend;
use crate::error::ErrorClass;
use crate::microservice::config_center::{
    ConfigCenterError, ConfigDraft, ConfigHistory, ConfigKey, ConfigOperation, ConfigPublisher, ConfigResult,
    ConfigRevision,
};

fn typed(publish: Publish, key: &ConfigKey, draft: &ConfigDraft) -> Publish {
    match draft.type_for(key) {
        Some(content_type) => publish.content_type(content_type),
        None => publish,
    }
}

#[async_trait]
impl ConfigPublisher for Backend {
    async fn publish(&self, key: &ConfigKey, draft: ConfigDraft) -> Result<(), ConfigCenterError> {
        let publish = self.client.get().admin().publish(&self.nacos_key(key), &*draft.content);
        typed(publish, key, &draft)
            .await
            .map_err(|error| self.failed(key, error))
    }

    async fn publish_if(&self, key: &ConfigKey, md5: &str, draft: ConfigDraft) -> Result<(), ConfigCenterError> {
        let admin = self.client.get().admin();
        let publish = admin.publish_if(&self.nacos_key(key), md5, &*draft.content);
        let outcome = typed(publish, key, &draft).await;
        outcome.map_err(|error| match error.kind() {
            ErrorKind::Conflict => ConfigCenterError::changed(key).caused_by(error),
            _ => self.failed(key, error),
        })
    }

    async fn remove(&self, key: &ConfigKey) -> Result<(), ConfigCenterError> {
        let removed = self.client.get().admin().delete(&self.nacos_key(key)).await;
        removed.map_err(|error| self.failed(key, error))
    }
}

impl Backend {
    /// The server takes a text that is no number for a missing one, and tells an unknown number as a wrong argument.
    fn no_change(&self, key: &ConfigKey, id: &str, error: nacos_client::Error) -> ConfigCenterError {
        if error.kind() == ErrorKind::NotFound {
            let message = format!("no change `{id}` is remembered; Nacos keeps 30 days of them");
            return ConfigCenterError::new(ErrorClass::NotFound, key.to_string(), message).caused_by(error);
        }
        self.failed(key, error)
    }
}

fn revision(entry: HistoryEntry) -> Option<ConfigRevision> {
    let operation = match entry.operation {
        HistoryOperation::Insert => ConfigOperation::Created,
        HistoryOperation::Update => ConfigOperation::Updated,
        HistoryOperation::Delete => ConfigOperation::Removed,
        _ => return None,
    };
    let mut revision = ConfigRevision::new(entry.id, operation);
    revision.at = entry.modified;
    revision.by = entry.user.or(entry.ip);
    Some(revision)
}

#[async_trait]
impl ConfigHistory for Backend {
    async fn list(&self, key: &ConfigKey, limit: usize) -> Result<Vec<ConfigRevision>, ConfigCenterError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let size = u64::try_from(limit).unwrap_or(u64::MAX).min(500);
        let page = self.client.get().admin().history(&self.nacos_key(key), 1, size).await;
        let page = page.map_err(|error| self.failed(key, error))?;
        // What only some read is not what the document was.
        let entries = page.items.into_iter().filter(|entry| !entry.beta);
        Ok(entries.filter_map(revision).collect())
    }

    async fn get(&self, key: &ConfigKey, id: &str) -> Result<ConfigResult, ConfigCenterError> {
        let record = self.client.get().admin().history_record(&self.nacos_key(key), id).await;
        let record = record.map_err(|error| self.no_change(key, id, error))?;
        let mut result = ConfigResult::new(record.content);
        if let Some(md5) = record.md5 {
            result = result.with_md5(md5);
        }
        Ok(match record.content_type {
            Some(content_type) => result.with_content_type(content_type),
            None => result,
        })
    }

    async fn rollback(&self, key: &ConfigKey, id: &str) -> Result<(), ConfigCenterError> {
        let rolled_back = self.client.get().admin().rollback(&self.nacos_key(key), id).await;
        rolled_back.map_err(|error| self.no_change(key, id, error))
    }
}
