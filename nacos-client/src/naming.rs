//! Services: [`NamingClient`] registers instances, keeps them alive, and lists them.
//!
//! The single calls (`register_once`, `beat_once`, `deregister_once`, `list_once`) do one thing each and start
//! nothing; [`NamingClient::register`] keeps an instance alive in the background until it is deregistered.

mod beat;
mod cache;
mod instance;
mod once;
mod poll;
mod query;
mod register;
mod service;
mod watch;

use std::sync::Arc;

pub(crate) use self::cache::ServiceCache;
pub use self::instance::Instance;
#[cfg(feature = "admin")]
pub(crate) use self::instance::ListedInstance;
pub use self::once::Beat;
pub(crate) use self::poll::ServiceWatches;
pub use self::query::Instances;
pub use self::register::Registration;
pub(crate) use self::register::Registrations;
#[cfg(feature = "admin")]
pub(crate) use self::service::ResolvedService;
pub use self::service::ServiceKey;
pub use self::watch::{ServiceChange, ServiceChanges};
use crate::client::Inner;

/// Registers and lists instances; see [`NacosClient::naming`](crate::NacosClient::naming).
#[derive(Clone, Debug)]
pub struct NamingClient {
    inner: Arc<Inner>,
}

impl NamingClient {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        Self { inner }
    }
}
