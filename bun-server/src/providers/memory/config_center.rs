use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::di::BoxError;
use crate::error::ErrorClass;
use crate::microservice::SharedClients;
use crate::microservice::config_center::{
    ConfigBackend, ConfigCenterError, ConfigCenterProvider, ConfigDraft, ConfigHistory, ConfigKey, ConfigOperation,
    ConfigPublisher, ConfigResult, ConfigRevision,
};
use crate::providers::{ConfigCenterScheme, ProviderOptions};

/// Documents in memory. The handle is cheap to clone: pass a clone to each application that shares them.
///
/// ```
/// use bun_server::prelude::*;
///
/// let center = MemoryConfigCenter::new();
/// center.publish("order-service.yaml", "limits: { page_size: 20 }");
/// let options = MicroserviceOptions::builder().config_center(center.clone()).config_import("order-service.yaml");
/// # let _ = options;
/// ```
#[derive(Clone, Debug)]
pub struct MemoryConfigCenter {
    documents: Arc<watch::Sender<Documents>>,
}

/// So many changes of one document are remembered.
const REMEMBERED: usize = 30;

#[derive(Debug, Default)]
struct Documents {
    now: BTreeMap<ConfigKey, ConfigResult>,
    /// The latest first.
    changes: BTreeMap<ConfigKey, VecDeque<Change>>,
    latest_id: u64,
}

#[derive(Clone, Debug)]
struct Change {
    id: u64,
    operation: ConfigOperation,
    at: SystemTime,
    /// Before the change; the created one for a creation.
    document: ConfigResult,
}

impl Documents {
    /// Sets or removes a document, and remembers that; `false` when there is nothing to remove.
    fn set(&mut self, key: &ConfigKey, document: Option<ConfigResult>) -> bool {
        let before = match &document {
            Some(document) => self.now.insert(key.clone(), document.clone()),
            None => self.now.remove(key),
        };
        let (operation, document) = match (before, document) {
            (Some(before), Some(_)) => (ConfigOperation::Updated, before),
            (Some(before), None) => (ConfigOperation::Removed, before),
            (None, Some(created)) => (ConfigOperation::Created, created),
            (None, None) => return false,
        };
        self.latest_id += 1;
        let changes = self.changes.entry(key.clone()).or_default();
        changes.truncate(REMEMBERED - 1);
        changes.push_front(Change {
            id: self.latest_id,
            operation,
            at: crate::clock::now(),
            document,
        });
        true
    }

    fn change(&self, key: &ConfigKey, id: &str) -> Result<&Change, ConfigCenterError> {
        let found = self.changes.get(key).into_iter().flatten();
        let mut found = found.filter(|change| change.id.to_string() == id);
        found.next().ok_or_else(|| {
            let message = format!("no change `{id}` is remembered; the last {REMEMBERED} are");
            ConfigCenterError::new(ErrorClass::NotFound, key.to_string(), message)
        })
    }
}

impl Default for MemoryConfigCenter {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryConfigCenter {
    /// No document.
    #[must_use]
    pub fn new() -> Self {
        Self {
            documents: Arc::new(watch::Sender::new(Documents::default())),
        }
    }

    /// Creates or replaces a document.
    pub fn publish(&self, key: impl Into<ConfigKey>, content: impl Into<Arc<str>>) {
        let document = ConfigResult::new(content);
        self.documents.send_modify(|documents| {
            documents.set(&key.into(), Some(document));
        });
    }

    /// Removes a document; tells whether there was one.
    pub fn remove(&self, key: impl Into<ConfigKey>) -> bool {
        let key = key.into();
        self.documents.send_if_modified(|documents| documents.set(&key, None))
    }
}

fn drafted(key: &ConfigKey, draft: &ConfigDraft) -> Result<ConfigResult, ConfigCenterError> {
    if draft.content.trim().is_empty() {
        let message = "a blank text is no document; remove it instead";
        return Err(ConfigCenterError::new(
            ErrorClass::InvalidArgument,
            key.to_string(),
            message,
        ));
    }
    let document = ConfigResult::new(Arc::clone(&draft.content));
    Ok(match draft.type_for(key) {
        Some(content_type) => document.with_content_type(content_type),
        None => document,
    })
}

#[async_trait]
impl ConfigPublisher for MemoryConfigCenter {
    async fn publish(&self, key: &ConfigKey, draft: ConfigDraft) -> Result<(), ConfigCenterError> {
        let document = drafted(key, &draft)?;
        self.documents.send_modify(|documents| {
            documents.set(key, Some(document));
        });
        Ok(())
    }

    async fn publish_if(&self, key: &ConfigKey, md5: &str, draft: ConfigDraft) -> Result<(), ConfigCenterError> {
        let document = drafted(key, &draft)?;
        let mut outcome = Ok(());
        self.documents.send_if_modified(|documents| {
            outcome = match documents.now.get(key) {
                None => Err(ConfigCenterError::not_found(key)),
                Some(now) if now.md5 != md5 => Err(ConfigCenterError::changed(key)),
                Some(_) => Ok(()),
            };
            outcome.is_ok() && documents.set(key, Some(document))
        });
        outcome
    }

    async fn remove(&self, key: &ConfigKey) -> Result<(), ConfigCenterError> {
        self.documents.send_if_modified(|documents| documents.set(key, None));
        Ok(())
    }
}

#[async_trait]
impl ConfigHistory for MemoryConfigCenter {
    async fn list(&self, key: &ConfigKey, limit: usize) -> Result<Vec<ConfigRevision>, ConfigCenterError> {
        let documents = self.documents.borrow();
        let changes = documents.changes.get(key).into_iter().flatten().take(limit);
        let revisions =
            changes.map(|change| ConfigRevision::new(change.id.to_string(), change.operation).at(change.at));
        Ok(revisions.collect())
    }

    async fn get(&self, key: &ConfigKey, id: &str) -> Result<ConfigResult, ConfigCenterError> {
        self.documents
            .borrow()
            .change(key, id)
            .map(|change| change.document.clone())
    }

    async fn rollback(&self, key: &ConfigKey, id: &str) -> Result<(), ConfigCenterError> {
        let mut outcome = Ok(());
        self.documents.send_if_modified(|documents| {
            let before = match documents.change(key, id) {
                Ok(change) if change.operation == ConfigOperation::Created => None,
                Ok(change) => Some(change.document.clone()),
                Err(error) => {
                    outcome = Err(error);
                    return false;
                }
            };
            documents.set(key, before)
        });
        outcome
    }
}

#[async_trait]
impl ConfigBackend for MemoryConfigCenter {
    async fn fetch(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError> {
        self.documents
            .borrow()
            .now
            .get(key)
            .cloned()
            .ok_or_else(|| ConfigCenterError::not_found(key))
    }

    async fn changed(&self, key: &ConfigKey, known: Option<&ConfigResult>) {
        let mut documents = self.documents.subscribe();
        let differs = |documents: &Documents| {
            documents.now.get(key).map(|document| &document.md5) != known.map(|document| &document.md5)
        };
        // The sender lives in `self`: this cannot fail.
        let _ = documents.wait_for(differs).await;
    }

    fn publisher(self: Arc<Self>) -> Option<Arc<dyn ConfigPublisher>> {
        Some(self)
    }

    fn history(self: Arc<Self>) -> Option<Arc<dyn ConfigHistory>> {
        Some(self)
    }
}

impl ConfigCenterProvider for MemoryConfigCenter {
    fn name(&self) -> &str {
        "memory"
    }

    fn address(&self) -> String {
        "memory://".to_owned()
    }

    fn needs_snapshots(&self) -> bool {
        false
    }

    fn backend(&self, _: &SharedClients) -> Result<Arc<dyn ConfigBackend>, BoxError> {
        Ok(Arc::new(self.clone()))
    }
}

inventory::submit! {
    ConfigCenterScheme {
        scheme: "memory",
        provider: |options: &ProviderOptions| {
            options.allow(&[])?;
            Ok(Box::new(MemoryConfigCenter::new()))
        },
    }
}
