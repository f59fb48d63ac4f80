use std::time::Duration;

use async_trait::async_trait;

use super::{GetInstancesOptions, ServiceInstance, ServiceKey, ServiceRegistryError};

/// What a heartbeat brought about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The registration lives on.
    Renewed,
    /// The registry does not know the instance: it is registered again, with all its data.
    Unknown,
}

/// How a registration is kept alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lease {
    /// By a beat at this interval.
    Heartbeat(Duration),
    /// By nothing: it stays until it is taken out.
    None,
}

/// Instances as a registry pushes them.
#[async_trait]
pub trait InstanceFeed: Send {
    /// The next whole list; `None` when the feed ended (it is opened again).
    async fn next(&mut self) -> Option<Vec<ServiceInstance>>;
}

/// What a provider of a registry has to do: little. Each call is one attempt; loops and caching are the hub's.
#[async_trait]
pub trait RegistryBackend: Send + Sync + 'static {
    /// Writes the whole registration: one attempt, no retry.
    ///
    /// # Errors
    ///
    /// The class that fits.
    ///
    /// # Cancel safety
    ///
    /// A dropped write may have reached the registry: the hub deletes twice after one.
    async fn register(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError>;

    /// One heartbeat.
    ///
    /// # Errors
    ///
    /// The class that fits; "unknown" is no error.
    async fn renew(&self, instance: &ServiceInstance) -> Result<Renewal, ServiceRegistryError>;

    /// Takes the registration out; one that is not there is no error.
    ///
    /// # Errors
    ///
    /// The class that fits.
    async fn deregister(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError>;

    /// The instances of a service; an unknown service has none.
    ///
    /// # Errors
    ///
    /// The class that fits.
    async fn instances(&self, service: &ServiceKey) -> Result<Vec<ServiceInstance>, ServiceRegistryError>;

    /// A feed of lists, where the registry pushes; else the hub polls.
    fn watch(&self, service: &ServiceKey) -> Option<Box<dyn InstanceFeed>> {
        let _ = service;
        None
    }

    /// How registrations are kept alive.
    fn lease(&self) -> Lease {
        Lease::None
    }

    /// The first of the options that this registry does not know.
    fn unsupported(&self, options: &GetInstancesOptions) -> Option<&'static str> {
        let _ = options;
        None
    }

    /// Lets go of what it holds. Called once, when nothing is under way any more.
    async fn close(&self) {}
}
