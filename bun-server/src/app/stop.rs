//! The phases of the stop, in their order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::watch;

use super::hooks::ComponentHooks;
use super::phases::{shown, stopping};
use super::sections::ShutdownSettings;
use super::{AppError, AppResult, ShutdownReport};
use crate::microservice::config_center::{ConfigCenter, ConfigHub};
use crate::microservice::service_client::{HttpTransport, ServiceClient};
use crate::microservice::service_registry::{RegistryHub, ServiceRegistry};
use crate::tasks::TaskSet;
#[cfg(feature = "testing")]
use crate::web::ServerService;
use crate::web::{Gate, Phase, Server};

/// Everything that lives as long as the application.
pub(super) struct Running {
    pub(super) name: String,
    pub(super) banner: String,
    pub(super) gate: Arc<Gate>,
    /// A TestApp asks it without a socket.
    #[cfg(feature = "testing")]
    pub(super) service: Arc<ServerService>,
    /// `None`: embedded in another server.
    pub(super) server: Option<Server>,
    pub(super) management: Option<Server>,
    pub(super) hooks: ComponentHooks,
    pub(super) hubs: Hubs,
    /// What keeps the configuration up with its documents.
    pub(super) tasks: TaskSet,
    #[cfg(feature = "testing")]
    pub(super) documents: Option<crate::microservice::config_center::Documents>,
    pub(super) shutdown: ShutdownSettings,
    pub(super) delay: Duration,
    pub(super) skip_delay: watch::Sender<bool>,
    /// Whether somebody stops it already.
    pub(super) begun: AtomicBool,
    /// How the stop went; empty when it was cut short.
    pub(super) outcome: OnceLock<Option<ShutdownReport>>,
}

/// What reaches out.
#[derive(Default)]
pub(super) struct Hubs {
    pub(super) center: Option<ConfigHub>,
    pub(super) registry: Option<RegistryHub>,
    pub(super) client: Option<ServiceClient>,
    pub(super) transport: Option<Arc<HttpTransport>>,
}

impl Hubs {
    pub(super) async fn close(&self, grace: Duration) {
        if let Some(client) = &self.client {
            client.close().await;
        }
        if let Some(transport) = &self.transport {
            // Idle connections do not end by themselves.
            transport.close(Duration::ZERO).await;
        }
        let rest = async {
            if let Some(registry) = &self.registry {
                registry.close().await;
            }
            if let Some(center) = &self.center {
                center.close().await;
            }
        };
        if tokio::time::timeout(grace, rest).await.is_err() {
            tracing::warn!("clients and registries did not close within {}", shown(grace));
        }
    }
}

/// Says "stopped" also when the stop is cut short, so that nobody waits for ever.
struct Ended<'a>(&'a Gate);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.enter(Phase::Stopped);
    }
}

impl Running {
    pub(super) async fn shutdown(&self) -> AppResult {
        if self.begun.swap(true, Ordering::Relaxed) {
            return self.stopped().await;
        }
        let ended = Ended(&self.gate);
        let failures = stopping(&self.name, "all of it", self.phases()).await;
        let report = (!failures.is_empty()).then(|| ShutdownReport::new(&self.name, failures));
        // Nobody else sets it: the first one stops.
        let _ = self.outcome.set(report);
        drop(ended);
        self.outcome()
    }

    async fn phases(&self) -> Vec<String> {
        let settings = &self.shutdown;
        self.gate.enter(Phase::Stopping);
        if let Some(registry) = &self.hubs.registry {
            let left = stopping(
                &self.name,
                "deregistration",
                registry.deregister_all(settings.deregister_timeout),
            )
            .await;
            if left > 0 {
                tracing::warn!("{left} instances could not be taken out of {}", registry.address());
            }
        }
        if !self.delay.is_zero() {
            stopping(&self.name, "the pause in which callers notice", self.pause()).await;
        }
        if let Some(server) = &self.server {
            let cut_off = stopping(&self.name, "draining", server.drain(settings.drain_timeout)).await;
            if cut_off > 0 {
                let limit = shown(settings.drain_timeout);
                tracing::warn!("{cut_off} connections were cut off after {limit} (shutdown.drain_timeout)");
            }
        }
        let failures = stopping(&self.name, "on_stop hooks", self.hooks.stop(settings.hook_timeout)).await;
        let close = async {
            self.hubs.close(settings.close_timeout).await;
            self.tasks.close(Duration::ZERO).await;
            if let Some(management) = &self.management {
                management.drain(Duration::from_millis(100)).await;
            }
        };
        stopping(&self.name, "closing clients and registries", close).await;
        failures
    }

    async fn pause(&self) {
        let mut skip = self.skip_delay.subscribe();
        tokio::select! {
            () = tokio::time::sleep(self.delay) => {}
            // The sender lives in `self`.
            _ = skip.wait_for(|skip| *skip) => {}
        }
    }

    /// Waits until it is stopped, whoever stops it.
    pub(super) async fn stopped(&self) -> AppResult {
        let mut phases = self.gate.phases();
        // The sender lives in `self`.
        let _ = phases.wait_for(|phase| *phase == Phase::Stopped).await;
        self.outcome()
    }

    fn outcome(&self) -> AppResult {
        match self.outcome.get() {
            Some(Some(report)) => Err(AppError::Shutdown(report.clone())),
            _ => Ok(()),
        }
    }
}
