use std::fmt;
use std::sync::Arc;

use super::ConfigBackend;
use crate::di::BoxError;
use crate::microservice::SharedClients;

/// Where a [`ConfigBackend`] comes from: a provider's builder, a handle, or a URL.
pub trait ConfigCenterProvider: Send + Sync + fmt::Debug + 'static {
    /// The provider's word, as origins show it: `nacos`.
    fn name(&self) -> &str;

    /// Where it is, without credentials: `nacos://127.0.0.1:8848`.
    fn address(&self) -> String;

    /// What keeps its documents apart from others' of the same name, for snapshots: servers and namespace.
    fn scope(&self) -> String {
        self.address()
    }

    /// Whether its documents can be out of reach, so that snapshots of them are worth keeping.
    fn needs_snapshots(&self) -> bool {
        true
    }

    /// Makes the backend. No I/O: that begins with the first fetch.
    ///
    /// # Errors
    ///
    /// When the options do not fit.
    fn backend(&self, shared: &SharedClients) -> Result<Arc<dyn ConfigBackend>, BoxError>;
}
