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

    /// The provider behind `address` has no such capability.
    #[must_use]
    pub fn unsupported(address: &str, capability: &str) -> Self {
        let message = format!("this provider has no {capability}; use the center's own tools, or another provider");
        Self::new(ErrorClass::Unsupported, address, message)
    }

    /// Somebody else published the document first.
    #[must_use]
    pub fn changed(key: &ConfigKey) -> Self {
        let message = "has changed meanwhile: read it again and decide anew";
        Self::new(ErrorClass::Conflict, key.to_string(), message)
    }
}
