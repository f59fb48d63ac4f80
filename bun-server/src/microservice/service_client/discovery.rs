use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::microservice::governance::CircuitBreaker;
use crate::microservice::load_balancer::{Candidate, LoadBalancer, Picker};
use crate::microservice::service_registry::{
    GetInstancesOptions, InstanceStream, ServiceInstance, ServiceName, ServiceRegistry, ServiceRegistryError,
};
use crate::tasks::TaskSet;

/// Follows the instances of every service that was called once.
pub(super) struct Discovery {
    registry: Arc<dyn ServiceRegistry>,
    balancer: Arc<dyn LoadBalancer>,
    services: Mutex<HashMap<ServiceName, Arc<Service>>>,
    tasks: TaskSet,
}

/// One service: its instances as they are known now, and who chooses among them.
pub(super) struct Service {
    picker: Box<dyn Picker>,
    known: watch::Sender<Known>,
}

#[derive(Clone)]
enum Known {
    Nothing,
    Failed(Arc<ServiceRegistryError>),
    Instances(Arc<Instances>),
}

struct Instances {
    candidates: Vec<Arc<Candidate>>,
    targets: Vec<Arc<Target>>,
}

/// One instance with what outlives changes of the list: its breakers.
pub(super) struct Target {
    pub(super) candidate: Arc<Candidate>,
    pub(super) address: Arc<str>,
    breakers: Arc<Mutex<HashMap<String, CircuitBreaker>>>,
}

/// Why there is nobody to call.
pub(super) enum Nobody {
    NoInstance,
    Discovery(Arc<ServiceRegistryError>),
}

impl Discovery {
    pub(super) fn new(registry: Arc<dyn ServiceRegistry>, balancer: Arc<dyn LoadBalancer>) -> Self {
        Self {
            registry,
            balancer,
            services: Mutex::default(),
            tasks: TaskSet::new(),
        }
    }

    /// The service; the first call of it begins to follow its instances, with its own balancer or the one of all.
    pub(super) fn service(&self, name: &ServiceName, balancer: Option<&dyn LoadBalancer>) -> Arc<Service> {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(service) = services.get(name) {
            return Arc::clone(service);
        }
        let service = Arc::new(Service {
            picker: balancer.unwrap_or(&*self.balancer).picker(),
            known: watch::Sender::new(Known::Nothing),
        });
        services.insert(name.clone(), Arc::clone(&service));
        let stream = || {
            self.registry
                .instance_stream(name, &GetInstancesOptions::new().healthy_only())
        };
        // One stream cannot be asked for lists and for errors at once.
        let (lists, failures) = (stream(), stream());
        let follower = Arc::clone(&service);
        self.tasks.spawn(async move { follower.follow(lists, failures).await });
        service
    }

    /// Waits until calls of a service go to `address`, or no longer do; at once for a service that was never called.
    #[cfg(feature = "testing")]
    pub(super) async fn follows(&self, name: &ServiceName, address: &str, present: bool) {
        let service = {
            let services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
            services.get(name).cloned()
        };
        let Some(service) = service else { return };
        let reached = |known: &Known| match known {
            Known::Instances(instances) => {
                instances.targets.iter().any(|target| &*target.address == address) == present
            }
            _ => !present,
        };
        let mut known = service.known.subscribe();
        // The sender lives in `service`.
        let _ = known.wait_for(reached).await;
    }

    pub(super) async fn close(&self) {
        self.services.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.tasks.close(Duration::ZERO).await;
    }
}

impl fmt::Debug for Discovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discovery")
            .field("tasks", &self.tasks.len())
            .finish_non_exhaustive()
    }
}

impl Service {
    async fn follow(&self, mut stream: InstanceStream, mut failures: InstanceStream) {
        loop {
            let list = tokio::select! {
                list = stream.next() => match list {
                    Some(list) => list,
                    None => return,
                },
                error = failures.failed() => {
                    self.known.send_if_modified(|known| match known {
                        Known::Instances(_) => false,
                        _ => {
                            *known = Known::Failed(error);
                            true
                        }
                    });
                    continue;
                }
            };
            self.known
                .send_modify(|known| *known = Known::Instances(Arc::new(renewed(known, &list))));
        }
    }

    /// Chooses an instance; waits only until something is known of the service for the first time.
    pub(super) async fn pick(&self) -> Result<Arc<Target>, Nobody> {
        if matches!(*self.known.borrow(), Known::Nothing) {
            let mut known = self.known.subscribe();
            // The sender lives in `self`: this cannot fail.
            let _ = known.wait_for(|known| !matches!(known, Known::Nothing)).await;
        }
        match &*self.known.borrow() {
            Known::Nothing => Err(Nobody::NoInstance),
            Known::Failed(error) => Err(Nobody::Discovery(Arc::clone(error))),
            Known::Instances(instances) if instances.candidates.is_empty() => Err(Nobody::NoInstance),
            Known::Instances(instances) => {
                let position = self.picker.pick(&instances.candidates) % instances.targets.len();
                Ok(Arc::clone(&instances.targets[position]))
            }
        }
    }
}

/// The new list; places that stay keep their state.
fn renewed(known: &Known, list: &[ServiceInstance]) -> Instances {
    let before = match known {
        Known::Instances(instances) => instances.targets.as_slice(),
        _ => &[],
    };
    let target = |instance: &ServiceInstance| {
        let address: Arc<str> = instance.address().into();
        let old = before.iter().find(|target| target.address == address);
        Arc::new(Target {
            candidate: Arc::new(match old {
                Some(old) => old.candidate.renewed(instance.clone()),
                None => Candidate::new(instance.clone()),
            }),
            breakers: old.map_or_else(Arc::default, |old| Arc::clone(&old.breakers)),
            address,
        })
    };
    let targets: Vec<Arc<Target>> = list.iter().map(target).collect();
    Instances {
        candidates: targets.iter().map(|target| Arc::clone(&target.candidate)).collect(),
        targets,
    }
}

impl Target {
    /// The instance's breaker for a call site.
    pub(super) fn breaker(&self, site: &str, make: impl FnOnce() -> CircuitBreaker) -> CircuitBreaker {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        match breakers.get(site) {
            Some(breaker) => breaker.clone(),
            None => breakers.entry(site.to_owned()).or_insert_with(make).clone(),
        }
    }
}
