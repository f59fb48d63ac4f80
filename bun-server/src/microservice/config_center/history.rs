use std::time::SystemTime;

use async_trait::async_trait;

use super::{ConfigCenterError, ConfigKey, ConfigResult};

/// What was done to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigOperation {
    /// It was created.
    Created,
    /// Its text was replaced.
    Updated,
    /// It was removed.
    Removed,
}

/// One change of a document, as the provider remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigRevision {
    /// The provider's id of the change.
    pub id: String,
    /// What was done.
    pub operation: ConfigOperation,
    /// When, where the provider knows.
    pub at: Option<SystemTime>,
    /// By whom, where the provider knows.
    pub by: Option<String>,
}

impl ConfigRevision {
    /// A change with this id.
    pub fn new(id: impl Into<String>, operation: ConfigOperation) -> Self {
        Self {
            id: id.into(),
            operation,
            at: None,
            by: None,
        }
    }

    /// With its time.
    #[must_use]
    pub fn at(mut self, at: SystemTime) -> Self {
        self.at = Some(at);
        self
    }

    /// With who did it.
    #[must_use]
    pub fn by(mut self, by: impl Into<String>) -> Self {
        self.by = Some(by.into());
        self
    }
}

/// What documents were before, on the provider's side; see [`ConfigCenter::history`](super::ConfigCenter::history).
///
/// Not to be mixed up with the revisions that a process pins for itself: a rollback here is seen by everybody.
#[async_trait]
pub trait ConfigHistory: Send + Sync {
    /// The changes of a document, the latest first, `limit` at most; none for an unknown one.
    ///
    /// # Errors
    ///
    /// As any read.
    async fn list(&self, key: &ConfigKey, limit: usize) -> Result<Vec<ConfigRevision>, ConfigCenterError>;

    /// The document as it was before this change; for a creation, as it was created.
    ///
    /// # Errors
    ///
    /// `NotFound` when there is no such change.
    async fn get(&self, key: &ConfigKey, id: &str) -> Result<ConfigResult, ConfigCenterError>;

    /// Makes the document, for everybody, what it was before this change; a creation is undone by removing it.
    ///
    /// # Errors
    ///
    /// `NotFound` when there is no such change; else as [`publish`](super::ConfigPublisher::publish).
    ///
    /// # Cancel safety
    ///
    /// It may have happened although the future was dropped.
    async fn rollback(&self, key: &ConfigKey, id: &str) -> Result<(), ConfigCenterError>;
}
