use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::config_center::{ConfigCenterProvider, ConfigImport};
use super::load_balancer::LoadBalancer;
use super::service_registry::ServiceRegistryProvider;

/// What code says of the config center. Settings of the section `config_center` win over it, save for the provider.
#[derive(Clone, Default)]
pub struct ConfigCenterOptions {
    pub(super) provider: Option<Arc<dyn ConfigCenterProvider>>,
    pub(super) imports: Vec<ConfigImport>,
    pub(super) defaults: Vec<(String, String)>,
}

impl ConfigCenterOptions {
    /// Everything from the section `config_center`.
    #[must_use]
    pub fn builder() -> Self {
        Self::default()
    }

    /// The provider, instead of `config_center.url`.
    #[must_use]
    pub fn provider(mut self, provider: impl ConfigCenterProvider) -> Self {
        self.provider = Some(Arc::new(provider));
        self
    }

    /// Merges a document into the configuration, before those of `config_center.import`; a later one wins.
    #[must_use]
    pub fn import(mut self, import: impl Into<ConfigImport>) -> Self {
        self.imports.push(import.into());
        self
    }

    /// Between two looks at a document, ± 10 %. Default: 3 s.
    #[must_use]
    pub fn poll_interval(self, interval: Duration) -> Self {
        self.with_default("config_center.poll_interval", &milliseconds(interval))
    }

    /// Where snapshots lie. Default: `${XDG_STATE_HOME:-~/.local/state}/bun-server/<app>`.
    #[must_use]
    pub fn snapshot_dir(self, directory: &str) -> Self {
        self.with_default("config_center.snapshot_dir", directory)
    }

    fn with_default(mut self, path: &str, value: &str) -> Self {
        self.defaults.push((path.to_owned(), value.to_owned()));
        self
    }
}

impl fmt::Debug for ConfigCenterOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigCenterOptions")
            .field("provider", &self.provider.as_ref().map(|provider| provider.address()))
            .field("imports", &self.imports)
            .finish_non_exhaustive()
    }
}

/// What code says of the service registry. Settings of the section `service_registry` win over it, save for the provider.
#[derive(Clone, Default)]
pub struct ServiceRegistryOptions {
    pub(super) provider: Option<Arc<dyn ServiceRegistryProvider>>,
    pub(super) balancer: Option<Arc<dyn LoadBalancer>>,
    pub(super) defaults: Vec<(String, String)>,
}

impl ServiceRegistryOptions {
    /// Everything from the section `service_registry`.
    #[must_use]
    pub fn builder() -> Self {
        Self::default()
    }

    /// The provider, instead of `service_registry.url`.
    #[must_use]
    pub fn provider(mut self, provider: impl ServiceRegistryProvider) -> Self {
        self.provider = Some(Arc::new(provider));
        self
    }

    /// How instances are chosen where `clients.<service>.load_balancer` says nothing. Default: round robin.
    #[must_use]
    pub fn load_balancer(mut self, balancer: impl LoadBalancer) -> Self {
        self.balancer = Some(Arc::new(balancer));
        self
    }

    /// Between two looks at the instances of a service, ± 10 %. Default: 3 s.
    #[must_use]
    pub fn poll_interval(self, interval: Duration) -> Self {
        self.with_default("service_registry.poll_interval", &milliseconds(interval))
    }

    /// Between two beats. Default: 5 s.
    #[must_use]
    pub fn heartbeat_interval(self, interval: Duration) -> Self {
        self.with_default("service_registry.heartbeat_interval", &milliseconds(interval))
    }

    fn with_default(mut self, path: &str, value: &str) -> Self {
        self.defaults.push((path.to_owned(), value.to_owned()));
        self
    }
}

impl fmt::Debug for ServiceRegistryOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceRegistryOptions")
            .field("provider", &self.provider.as_ref().map(|provider| provider.address()))
            .field("load_balancer", &self.balancer)
            .finish_non_exhaustive()
    }
}

/// What code says of both. What it leaves out is read from `application.yaml`.
///
/// ```
/// use bun_server::prelude::*;
///
/// fn microservices(center: MemoryConfigCenter, registry: MemoryServiceRegistry) -> DynamicModule {
///     MicroserviceModule::for_root(
///         MicroserviceOptions::builder()
///             .config_center(center)
///             .config_import("order-service.yaml")
///             .service_registry(registry)
///             .load_balancer(RoundRobin::new()),
///     )
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct MicroserviceOptions {
    pub(super) config_center: ConfigCenterOptions,
    pub(super) service_registry: ServiceRegistryOptions,
}

impl MicroserviceOptions {
    /// Everything from `application.yaml`.
    #[must_use]
    pub fn builder() -> Self {
        Self::default()
    }

    /// The config center: a provider's builder, or a handle.
    #[must_use]
    pub fn config_center(mut self, provider: impl ConfigCenterProvider) -> Self {
        self.config_center = self.config_center.provider(provider);
        self
    }

    /// Merges a document into the configuration; a later one wins.
    #[must_use]
    pub fn config_import(mut self, import: impl Into<ConfigImport>) -> Self {
        self.config_center = self.config_center.import(import);
        self
    }

    /// The service registry: a provider's builder, or a handle.
    #[must_use]
    pub fn service_registry(mut self, provider: impl ServiceRegistryProvider) -> Self {
        self.service_registry = self.service_registry.provider(provider);
        self
    }

    /// How instances are chosen where `clients.<service>.load_balancer` says nothing. Default: round robin.
    #[must_use]
    pub fn load_balancer(mut self, balancer: impl LoadBalancer) -> Self {
        self.service_registry = self.service_registry.load_balancer(balancer);
        self
    }

    /// Between two looks at documents and at instances, ± 10 %. Default: 3 s.
    #[must_use]
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.config_center = self.config_center.poll_interval(interval);
        self.service_registry = self.service_registry.poll_interval(interval);
        self
    }

    /// Between two beats of a registration. Default: 5 s.
    #[must_use]
    pub fn heartbeat_interval(mut self, interval: Duration) -> Self {
        self.service_registry = self.service_registry.heartbeat_interval(interval);
        self
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("{}ms", duration.as_millis())
}
