use std::sync::Arc;

use async_trait::async_trait;

use super::{ConfigCenterError, ConfigKey};

/// What is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigDraft {
    /// The text.
    pub content: Arc<str>,
    /// `yaml`, `json`, `text`, …, for providers that keep it; by default what the name of the document ends with.
    pub content_type: Option<String>,
}

impl ConfigDraft {
    /// This text.
    pub fn new(content: impl Into<Arc<str>>) -> Self {
        Self {
            content: content.into(),
            content_type: None,
        }
    }

    /// With its type.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Its type: what was said, else what the name of the document ends with, where that is a format.
    #[must_use]
    pub fn type_for(&self, key: &ConfigKey) -> Option<&str> {
        if let Some(content_type) = &self.content_type {
            return Some(content_type);
        }
        let (_, extension) = key.data_id().rsplit_once('.')?;
        match extension {
            "yaml" | "yml" => Some("yaml"),
            "json" => Some("json"),
            "toml" => Some("toml"),
            "properties" => Some("properties"),
            _ => None,
        }
    }
}

impl From<&str> for ConfigDraft {
    fn from(content: &str) -> Self {
        Self::new(content)
    }
}

impl From<String> for ConfigDraft {
    fn from(content: String) -> Self {
        Self::new(content)
    }
}

/// Writes documents; see [`ConfigCenter::publisher`](super::ConfigCenter::publisher).
///
/// Each call is one attempt. What is published is seen by those who follow the document as any other change, this
/// application included.
#[async_trait]
pub trait ConfigPublisher: Send + Sync {
    /// Creates or replaces a document.
    ///
    /// # Errors
    ///
    /// `Forbidden` without the right to write; `InvalidArgument` for what the provider does not take, such as a blank
    /// text.
    ///
    /// # Cancel safety
    ///
    /// The document may have been published although the future was dropped.
    async fn publish(&self, key: &ConfigKey, draft: ConfigDraft) -> Result<(), ConfigCenterError>;

    /// Replaces the document whose [`md5`](super::ConfigResult::md5) is this one, and no other.
    ///
    /// # Errors
    ///
    /// `Conflict` when it has changed meanwhile; `NotFound` when there is none; else as [`publish`](Self::publish).
    ///
    /// # Cancel safety
    ///
    /// As [`publish`](Self::publish).
    async fn publish_if(&self, key: &ConfigKey, md5: &str, draft: ConfigDraft) -> Result<(), ConfigCenterError>;

    /// Removes a document; also fine when there is none.
    ///
    /// # Errors
    ///
    /// As [`publish`](Self::publish).
    ///
    /// # Cancel safety
    ///
    /// The document may have been removed although the future was dropped.
    async fn remove(&self, key: &ConfigKey) -> Result<(), ConfigCenterError>;
}
