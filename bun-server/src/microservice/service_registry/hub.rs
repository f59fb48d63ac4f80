use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::directory::Directory;
use super::reconciler::{Reconciler, RegistrationState};
use super::{
    GetInstancesOptions, InstanceStream, InstancesChange, InstancesChangeListener, RegistryBackend, Renewal,
    ServiceInstance, ServiceKey, ServiceName, ServiceRegistry, ServiceRegistryError,
};
use crate::error::ErrorClass;
use crate::subscription::{Subscription, subscription};
use crate::tasks::TaskSet;

/// How a [`RegistryHub`] works.
#[derive(Clone, Debug)]
pub struct RegistryHubOptions {
    /// Between two looks at a list, ± 10 %, where the registry does not push.
    pub poll_interval: Duration,
    /// For one attempt.
    pub request_timeout: Duration,
    /// How long an empty list is held for a restart of the registry.
    pub empty_protection: Duration,
    /// Between two beats, where registrations live by beats; default: what the backend says.
    pub heartbeat_interval: Option<Duration>,
}

impl Default for RegistryHubOptions {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_secs(3),
            request_timeout: Duration::from_secs(3),
            empty_protection: Duration::from_secs(15),
            heartbeat_interval: None,
        }
    }
}

/// The loops of every provider, written once: the reconciler keeps registered what should be, the directory keeps fresh
/// what is watched. Cheap to clone.
#[derive(Clone)]
pub struct RegistryHub {
    shared: Arc<Shared>,
}

struct Shared {
    backend: Arc<dyn RegistryBackend>,
    address: String,
    reconciler: Arc<Reconciler>,
    directory: Arc<Directory>,
    listeners: TaskSet,
}

impl Drop for Shared {
    /// Their tasks hold reconciler and directory: without this they would beat and poll for ever.
    fn drop(&mut self) {
        self.reconciler.abort();
        self.directory.abort();
    }
}

const CLOSE_GRACE: Duration = Duration::from_secs(3);
const LISTENER_GRACE: Duration = Duration::from_millis(500);

impl RegistryHub {
    /// A hub over `backend`, which `address` names in messages.
    pub fn new(backend: Arc<dyn RegistryBackend>, address: impl Into<String>, options: &RegistryHubOptions) -> Self {
        let address = address.into();
        let RegistryHubOptions {
            poll_interval,
            request_timeout,
            empty_protection,
            heartbeat_interval,
        } = *options;
        let reconciler = Reconciler::new(
            Arc::clone(&backend),
            address.clone(),
            request_timeout,
            heartbeat_interval,
        );
        let directory = Directory::new(
            Arc::clone(&backend),
            address.clone(),
            poll_interval,
            request_timeout,
            empty_protection,
        );
        let shared = Shared {
            backend,
            address,
            reconciler: Arc::new(reconciler),
            directory: Arc::new(directory),
            listeners: TaskSet::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Where the registry is, for messages.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.shared.address
    }

    /// Wants an instance registered, and goes on trying until it is.
    pub(crate) fn declare(&self, instance: ServiceInstance) -> Result<(), ServiceRegistryError> {
        instance.check()?;
        self.shared.reconciler.hold(instance);
        Ok(())
    }

    /// Each registration that is wanted, and how far it has come.
    #[must_use]
    pub fn registrations(&self) -> Vec<(ServiceInstance, RegistrationState)> {
        let held = self.shared.reconciler.all();
        held.iter()
            .map(|held| (held.instance.clone(), held.state.borrow().clone()))
            .collect()
    }

    /// Takes out every registration, at most for `grace`; returns how many did not end by then. Lists stay fresh.
    pub(crate) async fn deregister_all(&self, grace: Duration) -> usize {
        self.shared.reconciler.close(grace).await
    }

    /// The last error, while no list can be had.
    #[must_use]
    pub fn last_error(&self) -> Option<String> {
        self.shared.directory.last_error()
    }

    /// Loops and listeners that are alive.
    pub(crate) fn task_count(&self) -> usize {
        self.shared.reconciler.task_count() + self.shared.directory.task_count() + self.shared.listeners.len()
    }

    fn supported(&self, service: &ServiceName, options: &GetInstancesOptions) -> Result<(), ServiceRegistryError> {
        match self.shared.backend.unsupported(options) {
            None => Ok(()),
            Some(option) => Err(ServiceRegistryError::new(
                ErrorClass::Unsupported,
                service.to_string(),
                format!("{} does not know the option `{option}`", self.shared.address),
            )),
        }
    }
}

impl fmt::Debug for RegistryHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryHub")
            .field("address", &self.address())
            .field("tasks", &self.task_count())
            .finish_non_exhaustive()
    }
}

/// An error that somebody else holds as well.
fn shared(error: &Arc<ServiceRegistryError>) -> ServiceRegistryError {
    ServiceRegistryError::new(error.class(), error.subject(), error.message()).caused_by(Arc::clone(error))
}

#[async_trait]
impl ServiceRegistry for RegistryHub {
    async fn register(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError> {
        instance.check()?;
        let held = self.shared.reconciler.hold(instance.clone());
        let error = match held.first_outcome().await {
            RegistrationState::Registered => return Ok(()),
            RegistrationState::Pending(Some(error)) | RegistrationState::Gone(Some(error)) => shared(&error),
            _ => ServiceRegistryError::closed(&instance.service),
        };
        // Nothing is kept of what did not succeed; that it could not be deleted either adds nothing.
        let _ = self.shared.reconciler.release(&held).await;
        Err(error)
    }

    async fn deregister(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError> {
        match self.shared.reconciler.find(instance) {
            Some(held) => self
                .shared
                .reconciler
                .release(&held)
                .await
                .map_err(|error| shared(&error)),
            None => self.shared.backend.deregister(instance).await,
        }
    }

    async fn renew(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError> {
        if self.shared.backend.renew(instance).await? == Renewal::Renewed {
            return Ok(());
        }
        match self.shared.reconciler.find(instance) {
            Some(held) => {
                held.register_again();
                Ok(())
            }
            None => Err(ServiceRegistryError::new(
                ErrorClass::NotFound,
                format!("{} at {}", instance.service, instance.address()),
                "not registered: call `register` first",
            )),
        }
    }

    async fn get_instances(
        &self,
        service: &ServiceName,
        options: &GetInstancesOptions,
    ) -> Result<Vec<ServiceInstance>, ServiceRegistryError> {
        self.supported(service, options)?;
        let key = ServiceKey::new(service, options);
        let list = match self.shared.directory.cached(&key) {
            Some(list) => list,
            None => self.shared.directory.read(&key).await?,
        };
        Ok(list
            .iter()
            .filter(|instance| !options.healthy_only || instance.is_routable())
            .cloned()
            .collect())
    }

    fn watch_instances(
        &self,
        service: &ServiceName,
        options: &GetInstancesOptions,
        listener: InstancesChangeListener,
    ) -> Subscription {
        let (subscription, mut listening) = subscription(format!("service {service}"));
        let mut stream = self.instance_stream(service, options);
        self.shared.listeners.spawn(async move {
            let mut before: Option<Arc<[ServiceInstance]>> = None;
            loop {
                let list = tokio::select! {
                    () = listening.ended() => break,
                    list = stream.next() => list,
                };
                let Some(list) = list else { break };
                if let Some(before) = before.replace(Arc::clone(&list))
                    && !listening.call(|| listener(InstancesChange::between(&before, &list)))
                {
                    break;
                }
            }
        });
        subscription
    }

    fn instance_stream(&self, service: &ServiceName, options: &GetInstancesOptions) -> InstanceStream {
        self.shared
            .directory
            .stream(&ServiceKey::new(service, options), options.healthy_only)
    }

    async fn close(&self) {
        self.shared.reconciler.close(CLOSE_GRACE).await;
        self.shared.directory.close(LISTENER_GRACE).await;
        self.shared.listeners.close(LISTENER_GRACE).await;
        self.shared.backend.close().await;
    }
}

#[cfg(test)]
mod tests;
