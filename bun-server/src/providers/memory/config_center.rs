use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::di::BoxError;
use crate::microservice::SharedClients;
use crate::microservice::config_center::{
    ConfigBackend, ConfigCenterError, ConfigCenterProvider, ConfigKey, ConfigResult,
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
    documents: Arc<watch::Sender<BTreeMap<ConfigKey, ConfigResult>>>,
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
            documents: Arc::new(watch::Sender::new(BTreeMap::new())),
        }
    }

    /// Creates or replaces a document.
    pub fn publish(&self, key: impl Into<ConfigKey>, content: impl Into<Arc<str>>) {
        let document = ConfigResult::new(content);
        self.documents.send_modify(|documents| {
            documents.insert(key.into(), document);
        });
    }

    /// Removes a document; tells whether there was one.
    pub fn remove(&self, key: impl Into<ConfigKey>) -> bool {
        let key = key.into();
        self.documents
            .send_if_modified(|documents| documents.remove(&key).is_some())
    }
}

#[async_trait]
impl ConfigBackend for MemoryConfigCenter {
    async fn fetch(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError> {
        self.documents
            .borrow()
            .get(key)
            .cloned()
            .ok_or_else(|| ConfigCenterError::not_found(key))
    }

    async fn changed(&self, key: &ConfigKey, known: Option<&ConfigResult>) {
        let mut documents = self.documents.subscribe();
        let differs = |documents: &BTreeMap<_, ConfigResult>| {
            documents.get(key).map(|document| &document.md5) != known.map(|document| &document.md5)
        };
        // The sender lives in `self`: this cannot fail.
        let _ = documents.wait_for(differs).await;
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
