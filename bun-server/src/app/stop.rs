//! The phases of the stop, in their order.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::phases::{shown, stopping};
use super::sections::ShutdownSettings;
use super::{AppError, AppResult, ShutdownReport};
use crate::di::{Container, Hooks};
use crate::error::with_sources;
use crate::microservice::config_center::{ConfigCenter, ConfigHub};
use crate::microservice::service_client::{HttpTransport, ServiceClient};
use crate::microservice::service_registry::{RegistryHub, ServiceRegistry};
use crate::tasks::TaskSet;
use crate::web::{Gate, Phase, Server};

/// Everything that lives as long as the application.
pub(super) struct Running {
    pub(super) name: String,
    pub(super) banner: String,
    pub(super) gate: Arc<Gate>,
    pub(super) server: Server,
    pub(super) management: Option<Server>,
    pub(super) container: Container,
    pub(super) hubs: Hubs,
    /// What keeps the configuration up with its documents.
    pub(super) tasks: TaskSet,
    #[cfg(feature = "testing")]
    pub(super) documents: Option<crate::microservice::config_center::Documents>,
    pub(super) shutdown: ShutdownSettings,
    pub(super) delay: Duration,
    pub(super) skip_delay: watch::Sender<bool>,
    /// Whether somebody stops it already.
    pub(super) begun: Mutex<bool>,
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
        let first = !std::mem::replace(&mut *self.begun.lock().unwrap_or_else(PoisonError::into_inner), true);
        if !first {
            self.stopped().await;
            return Ok(());
        }
        let _ended = Ended(&self.gate);
        let failures = stopping(&self.name, "all of it", self.phases()).await;
        if failures.is_empty() {
            return Ok(());
        }
        Err(AppError::Shutdown(ShutdownReport::new(&self.name, failures)))
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
        let cut_off = stopping(&self.name, "draining", self.server.drain(settings.drain_timeout)).await;
        if cut_off > 0 {
            let limit = shown(settings.drain_timeout);
            tracing::warn!("{cut_off} connections were cut off after {limit} (shutdown.drain_timeout)");
        }
        let hooks = run_stop_hooks(self.container.hooks(), settings.hook_timeout);
        let failures = stopping(&self.name, "on_stop hooks", hooks).await;
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

    pub(super) async fn stopped(&self) {
        let mut phases = self.gate.phases();
        // The sender lives in `self`.
        let _ = phases.wait_for(|phase| *phase == Phase::Stopped).await;
    }
}

/// Runs `on_stop` hooks in the reverse order of construction, within `limit` together; returns what failed.
pub(super) async fn run_stop_hooks(hooks: &[Hooks], limit: Duration) -> Vec<String> {
    let deadline = tokio::time::Instant::now() + limit;
    let mut failures = Vec::new();
    for hook in hooks.iter().rev() {
        let Some(on_stop) = &hook.on_stop else { continue };
        let place = format!("on_stop of {} ({})", hook.component, hook.at);
        match tokio::time::timeout_at(deadline, on_stop()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => failures.push(format!("{place} failed: {}", with_sources(&*error))),
            Err(_) => failures.push(format!(
                "{place} did not end within {} (shutdown.hook_timeout)",
                shown(limit)
            )),
        }
    }
    failures
}
