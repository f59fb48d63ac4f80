use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;

use super::TestApp;
use crate::error::ErrorClass;
use crate::microservice::service_registry::{RegistryBackend, ServiceInstance, ServiceName, ServiceRegistryError};
use crate::web::{Gate, Phase, Server, ServerService, ServerSettings};

/// An instance of another service that a test serves.
#[derive(Debug)]
#[must_use = "a peer that is dropped stops, and stays in the registry"]
pub struct TestPeer<'a> {
    app: &'a TestApp,
    instance: ServiceInstance,
    server: Server,
}

impl<'a> TestPeer<'a> {
    pub(super) async fn start(app: &'a TestApp, service: &str, router: Router) -> Result<Self, ServiceRegistryError> {
        let name = ServiceName::new(service)?;
        let gate = Arc::new(Gate::new());
        gate.open(router);
        gate.enter(Phase::Ready);
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let settings = ServerSettings::default();
        let answering = Arc::new(ServerService::new(gate, settings.request_timeout, None));
        let server = Server::start(address, 0, &settings, answering).await.map_err(|error| {
            ServiceRegistryError::new(ErrorClass::Unavailable, service, "no socket for it").caused_by(error)
        })?;
        let instance = ServiceInstance::new(name, address.to_string(), server.address().port());
        app.registry.register(&instance).await?;
        app.follows(&instance.service, &instance.address(), true).await;
        Ok(Self { app, instance, server })
    }

    /// Where it listens, as `host:port`.
    #[must_use]
    pub fn address(&self) -> String {
        self.instance.address()
    }

    /// Leaves the registry, then stops; returns when the application under test knows.
    pub async fn stop(self) {
        // In memory this cannot fail.
        let _ = self.app.registry.deregister(&self.instance).await;
        self.app
            .follows(&self.instance.service, &self.instance.address(), false)
            .await;
        self.server.drain(Duration::from_secs(1)).await;
    }

    /// Stops without a word: the registry still has it, calls find nobody there.
    pub async fn crash(self) {
        self.server.drain(Duration::ZERO).await;
    }
}
