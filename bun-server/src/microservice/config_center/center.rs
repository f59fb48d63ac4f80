use std::sync::Arc;

use async_trait::async_trait;

use super::{ConfigCenterError, ConfigHistory, ConfigKey, ConfigPublisher, ConfigResult, ConfigStream};
use crate::subscription::Subscription;

/// What became of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigChange {
    /// It was created or changed.
    Changed {
        /// What was there before.
        old: Option<Arc<ConfigResult>>,
        /// What is there now.
        new: Arc<ConfigResult>,
    },
    /// It was removed.
    Removed {
        /// What was there before.
        old: Arc<ConfigResult>,
    },
}

/// Called on each change of a document, never twice for the same state.
pub type ConfigChangeListener = Box<dyn Fn(ConfigChange) + Send + Sync>;

/// A configuration center. Inject it as `Arc<dyn ConfigCenter>`.
///
/// ```no_run
/// use bun_server::prelude::*;
///
/// # async fn example(center: Arc<dyn ConfigCenter>) -> Result<(), ConfigCenterError> {
/// let document = center.get_config(&"order-service.yaml".into()).await?;
/// println!("{} {}", document.md5, document.content);
///
/// let subscription = center.watch_config(
///     &ConfigKey::new("order-service.yaml").group("ORDERS"),
///     Box::new(|change| println!("{change:?}")),
/// );
/// drop(subscription); // ends the calls
///
/// center.publisher()?.publish_if(&"order-service.yaml".into(), &document.md5, "limit: 5".into()).await?;
/// let history = center.history()?; // an error of class `Unsupported` where the provider keeps none
/// if let Some(latest) = history.list(&"order-service.yaml".into(), 1).await?.first() {
///     history.rollback(&"order-service.yaml".into(), &latest.id).await?;
/// }
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait ConfigCenter: Send + Sync {
    /// Reads a document now.
    ///
    /// # Errors
    ///
    /// `NotFound` when there is none; `Unavailable` or `Timeout` when no server answers.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    async fn get_config(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError>;

    /// Calls `listener` on each change from now on, until the subscription is dropped.
    fn watch_config(&self, key: &ConfigKey, listener: ConfigChangeListener) -> Subscription;

    /// The document's states as a stream: the current one first, then each change; a slow reader gets the latest.
    fn config_stream(&self, key: &ConfigKey) -> ConfigStream;

    /// What writes documents.
    ///
    /// # Errors
    ///
    /// `Unsupported`, naming provider and capability, where the provider cannot.
    fn publisher(&self) -> Result<Arc<dyn ConfigPublisher>, ConfigCenterError> {
        Err(ConfigCenterError::unsupported("config center", "publisher"))
    }

    /// What documents were before, on the provider's side.
    ///
    /// # Errors
    ///
    /// `Unsupported`, naming provider and capability, where the provider keeps none.
    fn history(&self) -> Result<Arc<dyn ConfigHistory>, ConfigCenterError> {
        Err(ConfigCenterError::unsupported("config center", "history"))
    }

    /// Ends every watch and closes the connection.
    async fn close(&self);
}
