use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;

use super::{ConfigCenterError, ConfigHistory, ConfigKey, ConfigPublisher};

/// One state of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigResult {
    /// The text.
    pub content: Arc<str>,
    /// MD5 of the stored bytes, in lower hex: two states are the same when this is.
    pub md5: String,
    /// When it was published, where the provider knows.
    pub last_modified: Option<SystemTime>,
    /// `yaml`, `json`, `text`: the provider's own word or a media type.
    pub content_type: Option<String>,
    /// The provider's revision, where it has one.
    pub version: Option<String>,
}

impl ConfigResult {
    /// A document whose MD5 is computed from its text.
    pub fn new(content: impl Into<Arc<str>>) -> Self {
        let content = content.into();
        let md5 = format!("{:x}", md5::compute(content.as_bytes()));
        Self {
            content,
            md5,
            last_modified: None,
            content_type: None,
            version: None,
        }
    }

    /// With the MD5 that the provider gives.
    #[must_use]
    pub fn with_md5(mut self, md5: impl Into<String>) -> Self {
        self.md5 = md5.into();
        self
    }

    /// With its type.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// With the time of its publication.
    #[must_use]
    pub fn with_last_modified(mut self, last_modified: SystemTime) -> Self {
        self.last_modified = Some(last_modified);
        self
    }
}

/// What a provider of documents has to do: little. Each call is one attempt; loops, comparing and caching are the hub's.
///
/// ```
/// use bun_server::prelude::*;
///
/// struct VaultBackend;
///
/// #[async_trait]
/// impl ConfigBackend for VaultBackend {
///     async fn fetch(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError> {
///         match key.data_id() {
///             "order.yaml" => Ok(ConfigResult::new("greeting: hello")),
///             _ => Err(ConfigCenterError::not_found(key)),
///         }
///     }
/// }
/// ```
#[async_trait]
pub trait ConfigBackend: Send + Sync + 'static {
    /// Reads a document: one attempt, no retry. The hub gives it a deadline.
    ///
    /// # Errors
    ///
    /// [`ErrorClass::NotFound`](crate::error::ErrorClass::NotFound) when there is none, else the class that fits.
    ///
    /// # Cancel safety
    ///
    /// The hub drops the future at its deadline.
    async fn fetch(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError>;

    /// Completes when the document may have changed since `known`. Never, by default: the hub polls anyway.
    async fn changed(&self, key: &ConfigKey, known: Option<&ConfigResult>) {
        let _ = (key, known);
        std::future::pending::<()>().await;
    }

    /// The document's full name, for messages: `dev/ORDERS/order.yaml`.
    fn full_name(&self, key: &ConfigKey) -> String {
        key.to_string()
    }

    /// What writes documents, where the provider can: implement [`ConfigPublisher`] for the backend, and answer `Some(self)`.
    fn publisher(self: Arc<Self>) -> Option<Arc<dyn ConfigPublisher>> {
        None
    }

    /// What the provider remembers of its documents, where it does.
    fn history(self: Arc<Self>) -> Option<Arc<dyn ConfigHistory>> {
        None
    }

    /// Lets go of what it holds. Called once, when nothing is under way any more.
    async fn close(&self) {}
}
