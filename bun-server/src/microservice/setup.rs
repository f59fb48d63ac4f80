//! From options and settings to hubs: no I/O, so that what does not fit is told before anything is asked of a network.

use std::path::Path;
use std::sync::Arc;

use super::SharedClients;
use super::config_center::{
    ConfigCenterProvider, ConfigCenterSettings, ConfigHub, ConfigImport, HubOptions, SnapshotStore,
};
use super::load_balancer::{LoadBalancer, RoundRobin};
use super::options::{ConfigCenterOptions, ServiceRegistryOptions};
use super::service_registry::{RegistryHub, RegistryHubOptions, ServiceRegistryProvider, ServiceRegistrySettings};
use crate::di::BoxError;
use crate::providers::memory::{MemoryConfigCenter, MemoryServiceRegistry};
use crate::providers::{ProviderOptions, config_center_from_url, service_registry_from_url};

/// The config center of one application.
pub(crate) struct ConfigCenterSetup {
    pub(crate) hub: ConfigHub,
    pub(crate) provider: Arc<dyn ConfigCenterProvider>,
    pub(crate) imports: Vec<ConfigImport>,
    pub(crate) snapshots: Option<SnapshotStore>,
}

impl ConfigCenterOptions {
    /// What code says where the section says nothing.
    pub(crate) fn defaults(&self) -> &[(String, String)] {
        &self.defaults
    }
}

impl ServiceRegistryOptions {
    /// What code says where the section says nothing.
    pub(crate) fn defaults(&self) -> &[(String, String)] {
        &self.defaults
    }
}

impl ConfigCenterSetup {
    pub(crate) fn new(
        options: &ConfigCenterOptions,
        settings: &ConfigCenterSettings,
        directory: &Path,
        snapshot_root: Option<&Path>,
        shared: &SharedClients,
    ) -> Result<Self, BoxError> {
        let provider = match (&options.provider, &settings.url) {
            (Some(provider), _) => Arc::clone(provider),
            (None, Some(url)) => {
                let mut options = ProviderOptions::parse(url)?;
                options.username.clone_from(&settings.username);
                options.password.clone_from(&settings.password);
                options.request_timeout = settings.request_timeout;
                directory.clone_into(&mut options.directory);
                config_center_from_url(&options)?
            }
            (None, None) => Arc::new(MemoryConfigCenter::new()),
        };
        let hub_options = HubOptions {
            poll_interval: settings.poll_interval,
            request_timeout: settings.request_timeout,
        };
        let hub = ConfigHub::new(provider.backend(shared)?, provider.address(), hub_options);
        let root = settings.snapshot_dir.as_deref().or(snapshot_root);
        let snapshots = root
            .filter(|_| provider.needs_snapshots())
            .map(|root| SnapshotStore::new(root, &provider.scope(), settings.snapshot_max_age));
        let imports = options.imports.iter().chain(&settings.import).cloned().collect();
        Ok(Self {
            hub,
            provider,
            imports,
            snapshots,
        })
    }
}

/// The service registry of one application.
pub(crate) struct ServiceRegistrySetup {
    pub(crate) hub: RegistryHub,
    pub(crate) provider: Arc<dyn ServiceRegistryProvider>,
    pub(crate) balancer: Arc<dyn LoadBalancer>,
}

impl ServiceRegistrySetup {
    pub(crate) fn new(
        options: &ServiceRegistryOptions,
        settings: &ServiceRegistrySettings,
        shared: &SharedClients,
    ) -> Result<Self, BoxError> {
        let provider = match (&options.provider, &settings.url) {
            (Some(provider), _) => {
                let told = settings
                    .heartbeat_interval
                    .and_then(|interval| provider.with_heartbeat_interval(interval));
                told.unwrap_or_else(|| Arc::clone(provider))
            }
            (None, Some(url)) => {
                let mut options = ProviderOptions::parse(url)?;
                options.username.clone_from(&settings.username);
                options.password.clone_from(&settings.password);
                options.request_timeout = settings.request_timeout;
                options.heartbeat_interval = settings.heartbeat_interval.unwrap_or(options.heartbeat_interval);
                service_registry_from_url(&options)?
            }
            (None, None) => Arc::new(MemoryServiceRegistry::new()),
        };
        let hub_options = RegistryHubOptions {
            poll_interval: settings.poll_interval,
            request_timeout: settings.request_timeout,
            empty_protection: settings.empty_protection,
            heartbeat_interval: settings.heartbeat_interval,
        };
        let hub = RegistryHub::new(provider.backend(shared)?, provider.address(), &hub_options);
        let balancer = options.balancer.clone().unwrap_or_else(|| Arc::new(RoundRobin::new()));
        Ok(Self {
            hub,
            provider,
            balancer,
        })
    }
}
