//! Configurations: [`ConfigClient`] reads one, or watches it.

pub mod cipher;
mod document;
mod get;
mod hint;
mod key;
mod listen;
mod listener;
mod poll;
mod snapshot;
mod watch;

use std::sync::Arc;

pub use self::cipher::{ConfigCipher, UnknownCipher};
#[cfg(feature = "admin")]
pub(crate) use self::document::instant_of;
pub use self::document::{ConfigDocument, Origin};
pub use self::key::ConfigKey;
pub(crate) use self::key::ResolvedKey;
pub use self::listen::WatchMode;
pub use self::listener::ConfigSubscription;
pub(crate) use self::poll::Watches;
pub(crate) use self::snapshot::SnapshotStore;
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
