//! A registry of one's own, whose instances live by beats: `service_registry.url: plain://somewhere`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use bun_server::microservice::service_registry::Lease;
use bun_server::prelude::*;

/// Stands for the server that a real provider would call.
#[derive(Debug, Default)]
pub struct PlainServer {
    instances: Mutex<Vec<ServiceInstance>>,
    beats: Mutex<usize>,
}

impl PlainServer {
    /// The servers of this process, by host.
    pub fn at(host: &str) -> Arc<Self> {
        static SERVERS: OnceLock<Mutex<BTreeMap<String, Arc<PlainServer>>>> = OnceLock::new();
        let mut servers = SERVERS.get_or_init(Mutex::default).lock().unwrap();
        Arc::clone(servers.entry(host.to_owned()).or_default())
    }

    pub fn instances(&self) -> Vec<ServiceInstance> {
        self.instances.lock().unwrap().clone()
    }

    pub fn beats(&self) -> usize {
        *self.beats.lock().unwrap()
    }

    pub fn add(&self, instance: ServiceInstance) {
        self.instances.lock().unwrap().push(instance);
    }

    pub fn forget(&self) {
        self.instances.lock().unwrap().clear();
    }

    fn remove(&self, instance: &ServiceInstance) {
        let gone = |other: &ServiceInstance| other.service == instance.service && other.address() == instance.address();
        self.instances.lock().unwrap().retain(|other| !gone(other));
    }
}

struct PlainBackend(Arc<PlainServer>, Duration);

#[async_trait]
impl RegistryBackend for PlainBackend {
    async fn register(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError> {
        self.0.remove(instance);
        self.0.add(instance.clone());
        Ok(())
    }

    async fn renew(&self, instance: &ServiceInstance) -> Result<Renewal, ServiceRegistryError> {
        *self.0.beats.lock().unwrap() += 1;
        let known = self
            .0
            .instances()
            .iter()
            .any(|other| other.address() == instance.address());
        Ok(if known { Renewal::Renewed } else { Renewal::Unknown })
    }

    async fn deregister(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError> {
        self.0.remove(instance);
        Ok(())
    }

    async fn instances(&self, service: &ServiceKey) -> Result<Vec<ServiceInstance>, ServiceRegistryError> {
        let mut instances = self.0.instances();
        instances.retain(|instance| instance.service == service.name);
        Ok(instances)
    }

    fn lease(&self) -> Lease {
        Lease::Heartbeat(self.1)
    }

    fn unsupported(&self, options: &GetInstancesOptions) -> Option<&'static str> {
        options.cluster.is_some().then_some("cluster")
    }
}

service_registry_provider!("plain", |options: &ProviderOptions| {
    options.allow(&[])?;
    Ok::<_, ProviderError>(PlainBackend(
        PlainServer::at(options.hosts()),
        options.heartbeat_interval,
    ))
});
