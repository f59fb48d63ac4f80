use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::stream::{InstanceStream, ListState};
use super::{Lease, RegistryBackend, ServiceInstance, ServiceKey, ServiceRegistryError};
use crate::backoff::{Backoff, jittered};
use crate::error::ErrorClass;
use crate::tasks::TaskSet;

/// What is known of other services: one list per service, kept fresh while somebody watches it.
pub(super) struct Directory {
    backend: Arc<dyn RegistryBackend>,
    address: String,
    poll_interval: Duration,
    request_timeout: Duration,
    empty_protection: Duration,
    services: Mutex<HashMap<ServiceKey, Arc<Watched>>>,
    /// The last error of each service whose list cannot be had.
    failing: Mutex<BTreeMap<String, String>>,
    closing: watch::Sender<bool>,
    tasks: TaskSet,
}

struct Watched {
    list: watch::Sender<ListState>,
    error: watch::Sender<Option<Arc<ServiceRegistryError>>>,
}

const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

impl Directory {
    pub(super) fn new(
        backend: Arc<dyn RegistryBackend>,
        address: String,
        poll_interval: Duration,
        request_timeout: Duration,
        empty_protection: Duration,
    ) -> Self {
        Self {
            backend,
            address,
            poll_interval,
            request_timeout,
            empty_protection,
            services: Mutex::default(),
            failing: Mutex::default(),
            closing: watch::Sender::new(false),
            tasks: TaskSet::new(),
        }
    }

    /// The list of a watched service.
    pub(super) fn cached(&self, service: &ServiceKey) -> Option<Arc<[ServiceInstance]>> {
        let services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        services.get(service)?.list.borrow().clone()
    }

    /// Asks the registry now.
    pub(super) async fn read(&self, service: &ServiceKey) -> Result<Arc<[ServiceInstance]>, ServiceRegistryError> {
        if *self.closing.borrow() {
            return Err(ServiceRegistryError::closed(&service.name));
        }
        let limit = self.request_timeout;
        match tokio::time::timeout(limit, self.backend.instances(service)).await {
            Ok(read) => read.map(sorted),
            Err(_) => Err(ServiceRegistryError::new(
                ErrorClass::Timeout,
                &self.address,
                format!("no answer within {limit:?}"),
            )),
        }
    }

    /// The first watch of a service starts its loop, the last one that goes ends it.
    pub(super) fn stream(self: &Arc<Self>, service: &ServiceKey, healthy_only: bool) -> InstanceStream {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watched) = services.get(service) {
            return InstanceStream::new(watched.list.subscribe(), watched.error.subscribe(), healthy_only);
        }
        let watched = Arc::new(Watched {
            list: watch::Sender::new(None),
            error: watch::Sender::new(None),
        });
        let stream = InstanceStream::new(watched.list.subscribe(), watched.error.subscribe(), healthy_only);
        if *self.closing.borrow() {
            return stream;
        }
        services.insert(service.clone(), Arc::clone(&watched));
        drop(services);
        let (this, service) = (Arc::clone(self), service.clone());
        self.tasks.spawn(async move {
            let mut closing = this.closing.subscribe();
            tokio::select! {
                _ = closing.wait_for(|closing| *closing) => {}
                () = this.keep_fresh(&service, &watched) => {}
            }
        });
        stream
    }

    pub(super) fn last_error(&self) -> Option<String> {
        let failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        failing.values().next().cloned()
    }

    pub(super) async fn close(&self, grace: Duration) -> usize {
        self.closing.send_replace(true);
        self.services.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.tasks.close(grace).await
    }

    /// Ends every loop at once.
    pub(super) fn abort(&self) {
        self.tasks.abort();
    }

    pub(super) fn task_count(&self) -> usize {
        self.tasks.len()
    }

    async fn keep_fresh(&self, service: &ServiceKey, watched: &Watched) {
        if self.backend.watch(service).is_some() {
            self.follow(service, watched).await;
        } else {
            self.poll(service, watched).await;
        }
    }

    /// Takes what the registry pushes; a feed that ends is opened again.
    async fn follow(&self, service: &ServiceKey, watched: &Watched) {
        let mut backoff = Backoff::new(FIRST_BACKOFF, LONGEST_BACKOFF);
        while let Some(mut feed) = self.backend.watch(service) {
            loop {
                tokio::select! {
                    () = watched.list.closed() => if self.forget(service, watched) { return },
                    list = feed.next() => match list {
                        Some(list) => {
                            backoff.success();
                            take(watched, sorted(list));
                        }
                        None => break,
                    },
                }
            }
            tokio::time::sleep(backoff.failure()).await;
        }
    }

    async fn poll(&self, service: &ServiceKey, watched: &Watched) {
        let mut backoff = Backoff::new(FIRST_BACKOFF, LONGEST_BACKOFF);
        let mut empty_since: Option<Instant> = None;
        loop {
            let pause = match self.read(service).await {
                Ok(list) => {
                    self.recovered(service);
                    backoff.success();
                    if self.believes(&list, watched, &mut empty_since, service) {
                        take(watched, list);
                    }
                    jittered(self.poll_interval)
                }
                Err(error) => {
                    let pause = backoff.failure();
                    self.failed(service, &error, pause);
                    watched.error.send_replace(Some(Arc::new(error)));
                    pause
                }
            };
            tokio::select! {
                () = watched.list.closed() => if self.forget(service, watched) { return },
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// A registry whose entries live by heartbeats is empty just after its own restart: an empty list after a full one is
    /// believed only when it stays.
    fn believes(
        &self,
        list: &[ServiceInstance],
        watched: &Watched,
        empty_since: &mut Option<Instant>,
        service: &ServiceKey,
    ) -> bool {
        let had_some = watched.list.borrow().as_ref().is_some_and(|known| !known.is_empty());
        if !list.is_empty() || !had_some || !matches!(self.backend.lease(), Lease::Heartbeat(_)) {
            *empty_since = None;
            return true;
        }
        let first = empty_since.is_none();
        let since = *empty_since.get_or_insert_with(Instant::now);
        if first {
            tracing::warn!(
                "registry {}: {service} has no instance any more; keeping the last list for {:?}",
                self.address,
                self.empty_protection
            );
        }
        since.elapsed() >= self.empty_protection
    }

    /// Ends the watch of a service that nobody listens to; `false` when somebody came meanwhile.
    fn forget(&self, service: &ServiceKey, watched: &Watched) -> bool {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        if watched.list.receiver_count() > 0 {
            return false;
        }
        services.remove(service);
        self.failing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&service.to_string());
        true
    }

    fn failed(&self, service: &ServiceKey, error: &ServiceRegistryError, pause: Duration) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if failing.insert(service.to_string(), error.to_string()).is_none() {
            tracing::warn!(
                "registry: {error}; keeping the last list of {service}; next try in {:.1}s",
                pause.as_secs_f64()
            );
        }
    }

    fn recovered(&self, service: &ServiceKey) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if failing.remove(&service.to_string()).is_some() {
            tracing::info!("registry {} answers again for {service}", self.address);
        }
    }
}

/// In the order of addresses, so that equal lists are equal.
fn sorted(mut list: Vec<ServiceInstance>) -> Arc<[ServiceInstance]> {
    list.sort_by(|left, right| (&left.host, left.port, &left.cluster).cmp(&(&right.host, right.port, &right.cluster)));
    list.into()
}

fn take(watched: &Watched, list: Arc<[ServiceInstance]>) {
    watched.error.send_if_modified(|error| error.take().is_some());
    watched.list.send_if_modified(|known| {
        let differs = known.as_deref() != Some(&*list);
        if differs {
            *known = Some(list);
        }
        differs
    });
}
