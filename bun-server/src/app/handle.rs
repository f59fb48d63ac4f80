use std::fmt;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use super::AppResult;
use super::stop::Running;
use crate::di::Container;
use crate::web::{Phase, Server};

/// A boxed future: an application's crate does not compile the inside of this one again.
pub type AppFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A running application. Cheap to clone. When the last clone is dropped without [`shutdown`](Self::shutdown), everything
/// ends at once, `on_stop` hooks and deregistration left out.
#[derive(Clone)]
pub struct ApplicationHandle {
    pub(super) running: Arc<Running>,
}

impl ApplicationHandle {
    /// The address that the server is bound to, with the real port. `0.0.0.0:0` for an application that is
    /// [embedded](super::Application::into_router): it has no socket.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        let none = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        self.running.server.as_ref().map_or(none, Server::address)
    }

    /// The address of the management server, when there is one.
    #[must_use]
    pub fn management_address(&self) -> Option<SocketAddr> {
        Some(self.running.management.as_ref()?.address())
    }

    /// The application's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.running.name
    }

    /// One line for people: name, version, profile, address, how much there is of what, and how long the start took.
    #[must_use]
    pub fn banner(&self) -> &str {
        &self.running.banner
    }

    /// Its components.
    #[must_use]
    pub fn container(&self) -> &Container {
        self.running.hooks.container()
    }

    /// Stops in order. The first call does the work, others wait for its end and are told the same.
    ///
    /// # Errors
    ///
    /// [`AppError::Shutdown`](super::AppError::Shutdown) when an `on_stop` hook failed; it is stopped all the same.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future of the first call ends everything at once.
    #[must_use = "a future does nothing until it is awaited"]
    pub fn shutdown(&self) -> AppFuture<AppResult> {
        let running = Arc::clone(&self.running);
        Box::pin(async move { running.shutdown().await })
    }

    #[cfg(feature = "testing")]
    pub(crate) async fn answer(&self, request: http::Request<axum::body::Body>) -> axum::response::Response {
        match self.running.service.answer(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    /// Hooks that ran at the same time as others during the stop.
    #[cfg(feature = "testing")]
    pub(crate) fn out_of_order(&self) -> Vec<String> {
        self.running.hooks.out_of_order()
    }

    #[cfg(feature = "testing")]
    pub(crate) fn documents(&self) -> Option<&crate::microservice::config_center::Documents> {
        self.running.documents.as_ref()
    }

    #[cfg(feature = "testing")]
    pub(crate) fn client(&self) -> Option<&crate::microservice::service_client::ServiceClient> {
        self.running.hubs.client.as_ref()
    }

    /// Ends the pause between deregistration and the end of accepting, now or when it comes.
    pub fn skip_pre_stop_delay(&self) {
        self.running.skip_delay.send_replace(true);
    }

    /// How far it has come.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.running.gate.phase()
    }

    /// Waits until it is stopped, whoever stops it.
    ///
    /// # Errors
    ///
    /// What [`shutdown`](Self::shutdown) told whoever called it first.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    #[must_use = "a future does nothing until it is awaited"]
    pub fn wait(&self) -> AppFuture<AppResult> {
        let running = Arc::clone(&self.running);
        Box::pin(async move { running.stopped().await })
    }
}

impl fmt::Debug for ApplicationHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApplicationHandle")
            .field("name", &self.name())
            .field("address", &self.address())
            .finish_non_exhaustive()
    }
}
