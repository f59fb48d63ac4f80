use super::ConfigKey;
use crate::error::{ErrorClass, classified_error};

classified_error! {
    /// A config center could not do what was asked; names the document or the server, and what to do.
    ConfigCenterError
}

impl ConfigCenterError {
    /// The document does not exist.
    #[must_use]
    pub fn not_found(key: &ConfigKey) -> Self {
        Self::new(ErrorClass::NotFound, key.to_string(), "no such document")
    }

    /// The center was closed.
    #[must_use]
    pub fn closed(key: &ConfigKey) -> Self {
        Self::new(ErrorClass::Closed, key.to_string(), "the config center is closed")
    }
}
