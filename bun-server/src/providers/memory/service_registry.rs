use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::di::BoxError;
use crate::microservice::SharedClients;
use crate::microservice::service_registry::{
    InstanceFeed, RegistryBackend, Renewal, ServiceInstance, ServiceKey, ServiceRegistryError, ServiceRegistryProvider,
};
use crate::providers::{ProviderOptions, ServiceRegistryScheme};

/// Instances in memory. The handle is cheap to clone: pass a clone to each application that shares them.
#[derive(Clone, Debug)]
pub struct MemoryServiceRegistry {
    instances: Arc<watch::Sender<Vec<ServiceInstance>>>,
}

impl Default for MemoryServiceRegistry {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryServiceRegistry {
    /// No instance.
    #[must_use]
    pub fn new() -> Self {
        Self {
            instances: Arc::new(watch::Sender::new(Vec::new())),
        }
    }

    /// Every instance of every service.
    #[must_use]
    pub fn instances(&self) -> Vec<ServiceInstance> {
        self.instances.borrow().clone()
    }
}

fn belongs(instance: &ServiceInstance, service: &ServiceKey) -> bool {
    instance.service == service.name
        && instance.group == service.group
        && instance.namespace == service.namespace
        && (service.cluster.is_none() || instance.cluster == service.cluster)
}

fn of(instances: &[ServiceInstance], service: &ServiceKey) -> Vec<ServiceInstance> {
    instances
        .iter()
        .filter(|instance| belongs(instance, service))
        .cloned()
        .collect()
}

#[async_trait]
impl RegistryBackend for MemoryServiceRegistry {
    async fn register(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError> {
        self.instances.send_modify(|instances| {
            instances.retain(|other| !other.same_place(instance));
            instances.push(instance.clone());
        });
        Ok(())
    }

    async fn renew(&self, instance: &ServiceInstance) -> Result<Renewal, ServiceRegistryError> {
        let known = self.instances.borrow().iter().any(|other| other.same_place(instance));
        Ok(if known { Renewal::Renewed } else { Renewal::Unknown })
    }

    async fn deregister(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError> {
        self.instances.send_if_modified(|instances| {
            let before = instances.len();
            instances.retain(|other| !other.same_place(instance));
            instances.len() != before
        });
        Ok(())
    }

    async fn instances(&self, service: &ServiceKey) -> Result<Vec<ServiceInstance>, ServiceRegistryError> {
        Ok(of(&self.instances.borrow(), service))
    }

    fn watch(&self, service: &ServiceKey) -> Option<Box<dyn InstanceFeed>> {
        let mut instances = self.instances.subscribe();
        instances.mark_changed();
        Some(Box::new(Feed {
            instances,
            service: service.clone(),
        }))
    }
}

struct Feed {
    instances: watch::Receiver<Vec<ServiceInstance>>,
    service: ServiceKey,
}

#[async_trait]
impl InstanceFeed for Feed {
    async fn next(&mut self) -> Option<Vec<ServiceInstance>> {
        self.instances.changed().await.ok()?;
        Some(of(&self.instances.borrow_and_update(), &self.service))
    }
}

impl ServiceRegistryProvider for MemoryServiceRegistry {
    fn name(&self) -> &str {
        "memory"
    }

    fn address(&self) -> String {
        "memory://".to_owned()
    }

    fn has_remote_callers(&self) -> bool {
        false
    }

    fn backend(&self, _: &SharedClients) -> Result<Arc<dyn RegistryBackend>, BoxError> {
        Ok(Arc::new(self.clone()))
    }
}

inventory::submit! {
    ServiceRegistryScheme {
        scheme: "memory",
        provider: |options: &ProviderOptions| {
            options.allow(&[])?;
            Ok(Box::new(MemoryServiceRegistry::new()))
        },
    }
}
