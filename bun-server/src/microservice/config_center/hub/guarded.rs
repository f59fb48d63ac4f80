//! What the hub adds to a provider's capabilities: a deadline, and an end when the center is closed.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;

use super::Shared;
use crate::error::ErrorClass;
use crate::microservice::config_center::{
    ConfigCenterError, ConfigDraft, ConfigHistory, ConfigKey, ConfigPublisher, ConfigResult, ConfigRevision,
};

/// A write may read first, and may be answered by another server: more than one look.
const ATTEMPTS: u32 = 2;

pub(super) struct Guarded<T: ?Sized> {
    pub(super) shared: Arc<Shared>,
    pub(super) capability: Arc<T>,
}

impl<T: ?Sized> Guarded<T> {
    async fn within<R>(
        &self,
        key: &ConfigKey,
        call: impl Future<Output = Result<R, ConfigCenterError>> + Send,
    ) -> Result<R, ConfigCenterError> {
        if *self.shared.closing.borrow() {
            return Err(ConfigCenterError::closed(key));
        }
        let limit = self.shared.options.request_timeout * ATTEMPTS;
        match tokio::time::timeout(limit, call).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ConfigCenterError::new(
                ErrorClass::Timeout,
                &self.shared.address,
                format!("no answer within {limit:?}; whether `{key}` was changed is not known"),
            )),
        }
    }
}

#[async_trait]
impl ConfigPublisher for Guarded<dyn ConfigPublisher> {
    async fn publish(&self, key: &ConfigKey, draft: ConfigDraft) -> Result<(), ConfigCenterError> {
        self.within(key, self.capability.publish(key, draft)).await
    }

    async fn publish_if(&self, key: &ConfigKey, md5: &str, draft: ConfigDraft) -> Result<(), ConfigCenterError> {
        self.within(key, self.capability.publish_if(key, md5, draft)).await
    }

    async fn remove(&self, key: &ConfigKey) -> Result<(), ConfigCenterError> {
        self.within(key, self.capability.remove(key)).await
    }
}

#[async_trait]
impl ConfigHistory for Guarded<dyn ConfigHistory> {
    async fn list(&self, key: &ConfigKey, limit: usize) -> Result<Vec<ConfigRevision>, ConfigCenterError> {
        self.within(key, self.capability.list(key, limit)).await
    }

    async fn get(&self, key: &ConfigKey, id: &str) -> Result<ConfigResult, ConfigCenterError> {
        self.within(key, self.capability.get(key, id)).await
    }

    async fn rollback(&self, key: &ConfigKey, id: &str) -> Result<(), ConfigCenterError> {
        self.within(key, self.capability.rollback(key, id)).await
    }
}
