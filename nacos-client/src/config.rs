//! Configurations: [`ConfigClient`] reads one, or watches it.

pub mod cipher;
mod document;
mod get;
mod key;
mod poll;
mod watch;

use std::sync::Arc;

pub use self::cipher::{ConfigCipher, UnknownCipher};
pub use self::document::ConfigDocument;
#[cfg(feature = "admin")]
pub(crate) use self::document::instant_of;
pub use self::key::ConfigKey;
pub(crate) use self::key::ResolvedKey;
pub(crate) use self::poll::Watches;
pub use self::watch::{ConfigChange, ConfigChanges};
use crate::client::Inner;

/// Reads and watches configurations; see [`NacosClient::config`](crate::NacosClient::config).
#[derive(Clone, Debug)]
pub struct ConfigClient {
    inner: Arc<Inner>,
}

impl ConfigClient {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        Self { inner }
    }
}
