//! The handle: cheap to clone, safe to share, closed once.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::auth::Auth;
use crate::builder::{ClientBuilder, Pace};
use crate::config::{ConfigClient, Watches};
use crate::error::Result;
use crate::naming::{NamingClient, Registrations, ServiceWatches};
use crate::server_list::ServerStatus;
use crate::status::ClientStatus;
use crate::tasks::TaskSet;
use crate::transport::Core;

/// A client of one Nacos installation. Clones share connections, token, watches and registrations.
#[derive(Clone)]
pub struct NacosClient {
    inner: Arc<Inner>,
}

/// What the handles own. Tasks hold [`Core`], never this, so that the last handle's drop ends them.
pub(crate) struct Inner {
    pub(crate) core: Arc<Core>,
    pub(crate) pace: Pace,
    pub(crate) tasks: TaskSet,
    pub(crate) watches: Watches,
    pub(crate) service_watches: ServiceWatches,
    pub(crate) registrations: Registrations,
}

impl NacosClient {
    /// Begins a client of `servers`: `host:port` or `http(s)://host:port`, several separated by commas.
    pub fn builder(servers: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(servers)
    }

    pub(crate) fn new(core: Core, pace: Pace) -> Self {
        let watches = Watches::new(pace.watch_mode);
        Self {
            inner: Arc::new(Inner {
                core: Arc::new(core),
                pace,
                tasks: TaskSet::new(),
                watches,
                service_watches: ServiceWatches::default(),
                registrations: Registrations::default(),
            }),
        }
    }

    /// Configurations: read and watch.
    #[must_use]
    pub fn config(&self) -> ConfigClient {
        ConfigClient::new(Arc::clone(&self.inner))
    }

    /// Services: register, list and watch.
    #[must_use]
    pub fn naming(&self) -> NamingClient {
        NamingClient::new(Arc::clone(&self.inner))
    }

    /// Administration: publish, delete, namespaces, services.
    #[cfg(feature = "admin")]
    #[must_use]
    pub fn admin(&self) -> crate::admin::AdminClient {
        crate::admin::AdminClient::new(Arc::clone(&self.inner))
    }

    /// The namespace of every call that names no other.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.inner.core.namespace.as_str()
    }

    /// The servers as `scheme://host:port`, in the order given.
    #[must_use]
    pub fn servers(&self) -> Vec<String> {
        let addresses = self.inner.core.servers.addresses();
        addresses.iter().map(|server| server.origin.to_string()).collect()
    }

    /// True when a server says that it is ready to serve configurations and services.
    ///
    /// # Errors
    /// [`Unavailable`](crate::ErrorKind::Unavailable) when none is ready, or the error of the exchange.
    pub async fn ready(&self) -> Result<()> {
        let call = crate::transport::Call::get("/v3/admin/core/state/readiness").anonymous();
        self.inner.core.send(&call).await?.accepted()
    }

    /// What this client knows of its servers and token, and what it does in the background.
    #[must_use]
    pub fn status(&self) -> ClientStatus {
        ClientStatus {
            servers: self.server_status(),
            token: self.inner.core.auth.as_ref().map(Auth::summary),
            watches: [self.inner.watches.status(), self.inner.service_watches.status()].concat(),
            registrations: self.inner.registrations.status(),
            tasks: self.inner.tasks.len(),
            closed: self.inner.core.is_closed(),
        }
    }

    fn server_status(&self) -> Vec<ServerStatus> {
        self.inner.core.servers.status()
    }

    /// Deregisters what is registered, ends every watch and joins every task, within the close timeout.
    /// Afterwards each call answers [`Closed`](crate::ErrorKind::Closed). A second close does nothing.
    ///
    /// # Errors
    /// The first deregistration that failed; everything is closed all the same.
    pub async fn close(&self) -> Result<()> {
        let inner = &self.inner;
        let gone = inner.registrations.close(&inner.core, inner.pace.close_timeout).await;
        inner.core.closed.store(true, Ordering::Release);
        inner.watches.close();
        inner.service_watches.close();
        inner.tasks.close(std::time::Duration::ZERO).await;
        gone
    }
}

impl fmt::Debug for NacosClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NacosClient")
            .field("servers", &self.servers())
            .field("namespace", &self.namespace())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Inner")
            .field("core", &self.core)
            .finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let left = self.registrations.status().len();
        if left > 0 && !self.core.is_closed() {
            tracing::warn!(
                registrations = left,
                "the last handle of a Nacos client was dropped without `close`: its instances stay listed until they expire"
            );
        }
    }
}
