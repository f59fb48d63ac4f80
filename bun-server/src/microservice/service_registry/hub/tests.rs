use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use crate::microservice::service_registry::Lease;

/// A registry whose writes take time and whose answers the test decides.
#[derive(Default)]
struct Slow {
    /// Applied when they end, in that order.
    applied: Arc<Mutex<Vec<&'static str>>>,
    write_takes: Mutex<Duration>,
    refuses: AtomicBool,
    forgets: AtomicBool,
    lists: Mutex<Vec<ServiceInstance>>,
    reads: AtomicUsize,
}

impl Slow {
    fn hub(write_takes: Duration) -> (Arc<Self>, RegistryHub) {
        let backend = Arc::new(Self {
            write_takes: Mutex::new(write_takes),
            ..Self::default()
        });
        let hub = RegistryHub::new(
            Arc::clone(&backend) as Arc<dyn RegistryBackend>,
            "slow://",
            &RegistryHubOptions::default(),
        );
        (backend, hub)
    }

    async fn write(&self, what: &'static str) -> Result<(), ServiceRegistryError> {
        if self.refuses.load(Ordering::SeqCst) {
            return Err(ServiceRegistryError::new(
                ErrorClass::Unavailable,
                "slow://",
                "connection refused",
            ));
        }
        let (sender, arrived) = tokio::sync::oneshot::channel();
        let (takes, applied) = (*self.write_takes.lock().unwrap(), Arc::clone(&self.applied));
        #[expect(clippy::disallowed_methods, reason = "stands for a server, which nobody joins")]
        tokio::spawn(async move {
            tokio::time::sleep(takes).await;
            applied.lock().unwrap().push(what);
            let _ = sender.send(());
        });
        let _ = arrived.await;
        Ok(())
    }

    fn applied(&self) -> Vec<&'static str> {
        self.applied.lock().unwrap().clone()
    }
}

#[async_trait]
impl RegistryBackend for Slow {
    async fn register(&self, _: &ServiceInstance) -> Result<(), ServiceRegistryError> {
        self.forgets.store(false, Ordering::SeqCst);
        self.write("register").await
    }

    async fn renew(&self, _: &ServiceInstance) -> Result<Renewal, ServiceRegistryError> {
        if self.forgets.load(Ordering::SeqCst) {
            return Ok(Renewal::Unknown);
        }
        self.write("renew").await.map(|()| Renewal::Renewed)
    }

    async fn deregister(&self, _: &ServiceInstance) -> Result<(), ServiceRegistryError> {
        self.write("deregister").await
    }

    async fn instances(&self, _: &ServiceKey) -> Result<Vec<ServiceInstance>, ServiceRegistryError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        if self.refuses.load(Ordering::SeqCst) {
            return Err(ServiceRegistryError::new(
                ErrorClass::Unavailable,
                "slow://",
                "connection refused",
            ));
        }
        Ok(self.lists.lock().unwrap().clone())
    }

    fn lease(&self) -> Lease {
        Lease::Heartbeat(Duration::from_secs(5))
    }
}

fn name() -> ServiceName {
    ServiceName::new("order-service").unwrap()
}

fn instance(port: u16) -> ServiceInstance {
    ServiceInstance::new(name(), "10.0.0.5", port)
}

async fn seconds(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn an_instance_is_registered_beaten_and_taken_out() {
    let (backend, hub) = Slow::hub(Duration::from_millis(10));
    hub.register(&instance(80)).await.unwrap();
    seconds(36).await;
    let beats = backend.applied().iter().filter(|write| **write == "renew").count();
    assert!((6..=8).contains(&beats), "{beats}");
    hub.deregister(&instance(80)).await.unwrap();
    let applied = backend.applied();
    assert_eq!((applied[0], *applied.last().unwrap()), ("register", "deregister"));
    seconds(60).await;
    assert_eq!(backend.applied().len(), applied.len());
    assert_eq!(hub.task_count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_instance_is_registered_again_in_full() {
    let (backend, hub) = Slow::hub(Duration::from_millis(10));
    hub.register(&instance(80)).await.unwrap();
    backend.forgets.store(true, Ordering::SeqCst);
    seconds(7).await;
    assert_eq!(
        backend.applied().iter().filter(|write| **write == "register").count(),
        2
    );
    hub.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_write_in_flight_is_awaited_before_the_delete() {
    let (backend, hub) = Slow::hub(Duration::from_millis(800));
    hub.declare(instance(80)).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    hub.deregister(&instance(80)).await.unwrap();
    assert_eq!(backend.applied(), ["register", "deregister"]);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_was_dropped_is_deleted_twice() {
    let (backend, hub) = Slow::hub(Duration::from_millis(1400));
    hub.declare(instance(80)).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    // The first registration needs 1.4 s, is dropped after 1.1 s, and arrives before the second delete.
    *backend.write_takes.lock().unwrap() = Duration::from_millis(10);
    hub.deregister(&instance(80)).await.unwrap();
    assert_eq!(backend.applied(), ["deregister", "register", "deregister"]);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_deregistration_goes_on() {
    let (backend, hub) = Slow::hub(Duration::from_millis(50));
    hub.register(&instance(80)).await.unwrap();
    let cancelled = tokio::time::timeout(Duration::from_millis(1), hub.deregister(&instance(80))).await;
    assert!(cancelled.is_err());
    seconds(1).await;
    assert_eq!(backend.applied(), ["register", "deregister"]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_registered_is_an_error_and_what_is_declared_is_tried_again() {
    let (backend, hub) = Slow::hub(Duration::from_millis(10));
    backend.refuses.store(true, Ordering::SeqCst);
    let error = hub.register(&instance(80)).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Unavailable);
    assert!(hub.registrations().is_empty());
    hub.declare(instance(81)).unwrap();
    seconds(20).await;
    assert!(matches!(hub.registrations()[0].1, RegistrationState::Pending(Some(_))));
    backend.refuses.store(false, Ordering::SeqCst);
    seconds(6).await;
    assert!(matches!(hub.registrations()[0].1, RegistrationState::Registered));
    assert!(hub.register(&instance(0)).await.is_err());
    hub.close().await;
}

#[tokio::test(start_paused = true)]
async fn lists_are_cached_shared_and_given_once() {
    let (backend, hub) = Slow::hub(Duration::ZERO);
    let options = GetInstancesOptions::new();
    *backend.lists.lock().unwrap() = vec![instance(81), instance(80).healthy(false)];
    let mut stream = hub.instance_stream(&name(), &options);
    let mut healthy = hub.instance_stream(&name(), &options.clone().healthy_only());
    assert_eq!(
        stream
            .next()
            .await
            .unwrap()
            .iter()
            .map(|instance| instance.port)
            .collect::<Vec<_>>(),
        [80, 81]
    );
    assert_eq!(healthy.next().await.unwrap().len(), 1);
    let reads = backend.reads.load(Ordering::SeqCst);
    assert_eq!(hub.get_instances(&name(), &options).await.unwrap().len(), 2);
    assert_eq!(backend.reads.load(Ordering::SeqCst), reads);
    seconds(30).await;
    assert!(
        tokio::time::timeout(Duration::from_secs(10), stream.next())
            .await
            .is_err(),
        "the same list twice"
    );
    *backend.lists.lock().unwrap() = vec![instance(81)];
    assert_eq!(stream.next().await.unwrap().len(), 1);
    drop((stream, healthy));
    seconds(10).await;
    assert_eq!(hub.task_count(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_is_believed_only_when_it_stays() {
    let (backend, hub) = Slow::hub(Duration::ZERO);
    *backend.lists.lock().unwrap() = vec![instance(80)];
    let mut stream = hub.instance_stream(&name(), &GetInstancesOptions::new());
    assert_eq!(stream.next().await.unwrap().len(), 1);
    backend.lists.lock().unwrap().clear();
    assert!(
        tokio::time::timeout(Duration::from_secs(12), stream.next())
            .await
            .is_err()
    );
    *backend.lists.lock().unwrap() = vec![instance(80)];
    assert!(
        tokio::time::timeout(Duration::from_secs(30), stream.next())
            .await
            .is_err()
    );
    backend.lists.lock().unwrap().clear();
    assert_eq!(stream.next().await.unwrap().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn errors_keep_the_last_list() {
    let (backend, hub) = Slow::hub(Duration::ZERO);
    *backend.lists.lock().unwrap() = vec![instance(80)];
    let mut stream = hub.instance_stream(&name(), &GetInstancesOptions::new());
    stream.next().await.unwrap();
    backend.refuses.store(true, Ordering::SeqCst);
    seconds(60).await;
    assert_eq!(
        hub.get_instances(&name(), &GetInstancesOptions::new())
            .await
            .unwrap()
            .len(),
        1
    );
    assert!(hub.last_error().unwrap().contains("refused"));
}

#[tokio::test(start_paused = true)]
async fn listeners_get_the_difference() {
    let (backend, hub) = Slow::hub(Duration::ZERO);
    *backend.lists.lock().unwrap() = vec![instance(80), instance(81)];
    let (sender, mut changes) = tokio::sync::mpsc::unbounded_channel();
    let listener = Box::new(move |change| sender.send(change).unwrap());
    let _subscription = hub.watch_instances(&name(), &GetInstancesOptions::new(), listener);
    seconds(1).await;
    *backend.lists.lock().unwrap() = vec![instance(81).weight(2.0), instance(82)];
    let change: InstancesChange = changes.recv().await.unwrap();
    let ports = |list: &[ServiceInstance]| list.iter().map(|instance| instance.port).collect::<Vec<_>>();
    assert_eq!(
        (ports(&change.added), ports(&change.removed), ports(&change.changed)),
        (vec![82], vec![80], vec![81])
    );
    assert_eq!(change.instances.len(), 2);
}
