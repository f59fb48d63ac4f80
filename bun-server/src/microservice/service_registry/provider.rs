use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::RegistryBackend;
use crate::di::BoxError;
use crate::microservice::SharedClients;

/// Where a [`RegistryBackend`] comes from: a provider's builder, a handle, or a URL.
pub trait ServiceRegistryProvider: Send + Sync + fmt::Debug + 'static {
    /// The provider's word: `nacos`.
    fn name(&self) -> &str;

    /// Where it is, without credentials: `nacos://127.0.0.1:8848`.
    fn address(&self) -> String;

    /// `host:port` by which it is reached, when it is elsewhere: decides which of our addresses is registered.
    fn probe(&self) -> Option<String> {
        None
    }

    /// The same with the interval of `service_registry.heartbeat_interval`, where the registry is told of it: it decides
    /// how long silence is taken for life.
    fn with_heartbeat_interval(&self, interval: Duration) -> Option<Arc<dyn ServiceRegistryProvider>> {
        let _ = interval;
        None
    }

    /// Whether callers may still hold an instance for a while after it was deregistered: they poll or cache.
    fn has_remote_callers(&self) -> bool {
        true
    }

    /// Makes the backend. No I/O: that begins with the first write.
    ///
    /// # Errors
    ///
    /// When the options do not fit.
    fn backend(&self, shared: &SharedClients) -> Result<Arc<dyn RegistryBackend>, BoxError>;
}
