use std::sync::Arc;

use async_trait::async_trait;

use super::{GetInstancesOptions, InstanceStream, ServiceInstance, ServiceName, ServiceRegistryError};
use crate::subscription::Subscription;

/// What became of the instances of a service.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InstancesChange {
    /// All there are now, by address.
    pub instances: Arc<[ServiceInstance]>,
    /// Places that are new.
    pub added: Vec<ServiceInstance>,
    /// Places that are gone.
    pub removed: Vec<ServiceInstance>,
    /// Places of which something else is said now.
    pub changed: Vec<ServiceInstance>,
}

impl InstancesChange {
    pub(super) fn between(old: &[ServiceInstance], new: &Arc<[ServiceInstance]>) -> Self {
        let missing_in = |list: &[ServiceInstance], instance: &&ServiceInstance| {
            !list.iter().any(|other| other.same_place(instance))
        };
        let differs =
            |instance: &&ServiceInstance| old.iter().any(|other| other.same_place(instance) && other != *instance);
        Self {
            instances: Arc::clone(new),
            added: new
                .iter()
                .filter(|instance| missing_in(old, instance))
                .cloned()
                .collect(),
            removed: old
                .iter()
                .filter(|instance| missing_in(new, instance))
                .cloned()
                .collect(),
            changed: new.iter().filter(differs).cloned().collect(),
        }
    }
}

/// Called on each change of a service's instances, never twice for the same list.
pub type InstancesChangeListener = Box<dyn Fn(InstancesChange) + Send + Sync>;

/// A service registry. Inject it as `Arc<dyn ServiceRegistry>`.
#[async_trait]
pub trait ServiceRegistry: Send + Sync {
    /// Registers an instance and keeps it registered, until it is deregistered or the registry closed.
    ///
    /// # Errors
    ///
    /// When the first attempt fails; nothing is kept then.
    async fn register(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError>;

    /// Ends the heartbeat, then takes the instance out.
    ///
    /// # Errors
    ///
    /// When the registry cannot be told; the heartbeat has ended all the same.
    ///
    /// # Cancel safety
    ///
    /// It goes on in the background when the future is dropped.
    async fn deregister(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError>;

    /// Sends one heartbeat of a registered instance now.
    ///
    /// # Errors
    ///
    /// When no server takes it.
    async fn renew(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError>;

    /// The instances of a service, from the cache while the service is watched. An unknown service has none.
    ///
    /// # Errors
    ///
    /// When nothing is cached and no server answers, or an option is not supported.
    async fn get_instances(
        &self,
        service: &ServiceName,
        options: &GetInstancesOptions,
    ) -> Result<Vec<ServiceInstance>, ServiceRegistryError>;

    /// Calls `listener` on each change from now on, until the subscription is dropped.
    fn watch_instances(
        &self,
        service: &ServiceName,
        options: &GetInstancesOptions,
        listener: InstancesChangeListener,
    ) -> Subscription;

    /// The lists as a stream: the current one first, then each that differs; a slow reader gets the latest.
    fn instance_stream(&self, service: &ServiceName, options: &GetInstancesOptions) -> InstanceStream;

    /// Deregisters what is registered, ends every watch and closes the connection.
    async fn close(&self);
}
