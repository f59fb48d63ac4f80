//! Instances, as the server sees them, and the registry as components see it.

use std::sync::Arc;
use std::time::Duration;

use bun_server::microservice::SharedClients;
use bun_server::microservice::service_registry::{RegistryHub, RegistryHubOptions, ServiceRegistryProvider};
use bun_server::prelude::*;

use crate::row::{BEAT, Kind, PATIENCE, POLL, Row};

impl Row {
    /// The registry over this row's provider: short beats, and an empty list is soon believed.
    #[must_use]
    pub fn service_registry(&self) -> Arc<dyn ServiceRegistry> {
        let options = RegistryHubOptions {
            poll_interval: POLL,
            empty_protection: POLL,
            heartbeat_interval: Some(BEAT),
            request_timeout: PATIENCE,
        };
        match self.kind {
            Kind::Memory => service_registry(&self.registry, &options),
            _ => service_registry(&self.nacos_registry().heartbeat_interval(BEAT), &options),
        }
    }

    /// `ip:port` of every instance of a service, as the server lists them to anybody.
    pub async fn addresses(&self, service: &str) -> Vec<String> {
        let mut addresses: Vec<String> = match &self.nacos {
            None => {
                let instances = self.registry.instances();
                let of_service = instances.iter().filter(|instance| instance.service.as_str() == service);
                of_service.map(ServiceInstance::address).collect()
            }
            Some(nacos) => {
                let key = nacos_client::ServiceKey::new(service).namespace(&self.namespace);
                let list = |client: nacos_client::NacosClient| async move { client.naming().list_once(&key).await };
                let listed = nacos.ask(list).await.expect("a list");
                listed.iter().map(nacos_client::Instance::address).collect()
            }
        };
        addresses.sort();
        addresses
    }

    /// Waits until the server lists so many instances of a service.
    pub async fn registered(&self, service: &str, count: usize) -> Vec<String> {
        crate::eventually(Duration::from_secs(30), || async {
            let addresses = self.addresses(service).await;
            crate::holds(addresses.len() == count, &addresses).map(|()| addresses)
        })
        .await
    }
}

/// The registry over a provider, as an application makes it.
pub fn service_registry(
    provider: &dyn ServiceRegistryProvider,
    options: &RegistryHubOptions,
) -> Arc<dyn ServiceRegistry> {
    let backend = provider.backend(&SharedClients::new()).expect("options that fit");
    Arc::new(RegistryHub::new(backend, provider.address(), options))
}

/// An instance at a documentation address (RFC 5737): nobody answers there.
#[must_use]
pub fn instance(service: &str, last: u8) -> ServiceInstance {
    let name = ServiceName::new(service).expect("a service name");
    ServiceInstance::new(name, format!("192.0.2.{last}"), 8080)
}

/// The name of a service.
#[must_use]
pub fn name(service: &str) -> ServiceName {
    ServiceName::new(service).expect("a service name")
}
