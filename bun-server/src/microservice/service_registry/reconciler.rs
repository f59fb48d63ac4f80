use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::{Lease, RegistryBackend, Renewal, ServiceInstance, ServiceRegistryError};
use crate::backoff::{Backoff, jittered};
use crate::error::ErrorClass;
use crate::tasks::TaskSet;

/// How far a registration has come.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RegistrationState {
    /// It is being tried; with the last error, if one was.
    Pending(Option<Arc<ServiceRegistryError>>),
    /// The registry has it.
    Registered,
    /// It was taken out; with the error if the registry could not be told.
    Gone(Option<Arc<ServiceRegistryError>>),
}

/// Keeps what should be registered registered: beats, and registers again in full when the registry has forgotten.
pub(super) struct Reconciler {
    backend: Arc<dyn RegistryBackend>,
    address: String,
    request_timeout: Duration,
    heartbeat_interval: Option<Duration>,
    held: Mutex<Vec<Arc<Held>>>,
    tasks: TaskSet,
}

/// One registration that is wanted.
pub(super) struct Held {
    pub(super) instance: ServiceInstance,
    pub(super) state: watch::Sender<RegistrationState>,
    wanted: watch::Sender<bool>,
    again: Notify,
    /// Another registration of the same place has taken over: nothing is deleted at the end.
    replaced: AtomicBool,
}

/// A write under way is waited for that long at stop.
const WRITE_GRACE: Duration = Duration::from_secs(1);
/// A write that was dropped may still arrive: it is deleted once more after this time.
const DELETE_AGAIN_AFTER: Duration = Duration::from_millis(500);
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// Without a heartbeat nothing else tells how often to try.
const LONGEST_RETRY: Duration = Duration::from_secs(5);

impl Reconciler {
    pub(super) fn new(
        backend: Arc<dyn RegistryBackend>,
        address: String,
        request_timeout: Duration,
        heartbeat_interval: Option<Duration>,
    ) -> Self {
        Self {
            backend,
            address,
            request_timeout,
            heartbeat_interval,
            held: Mutex::default(),
            tasks: TaskSet::new(),
        }
    }

    /// Wants an instance registered, from now until it is released. Wanting it again with other data replaces the first.
    pub(super) fn hold(self: &Arc<Self>, instance: ServiceInstance) -> Arc<Held> {
        let held = Arc::new(Held {
            instance,
            state: watch::Sender::new(RegistrationState::Pending(None)),
            wanted: watch::Sender::new(true),
            again: Notify::new(),
            replaced: AtomicBool::new(false),
        });
        let before = {
            let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let before = all.iter().position(|other| other.instance.same_place(&held.instance));
            let before = before.map(|position| all.swap_remove(position));
            all.push(Arc::clone(&held));
            before
        };
        if let Some(before) = &before {
            before.replaced.store(true, Ordering::SeqCst);
            before.wanted.send_replace(false);
        }
        let (this, task) = (Arc::clone(self), Ending(Arc::clone(&held)));
        self.tasks.spawn(async move {
            if let Some(before) = before {
                // A write of the old one must not arrive after the first of the new one.
                before.gone().await;
            }
            this.keep(&task.0).await;
        });
        held
    }

    pub(super) fn find(&self, instance: &ServiceInstance) -> Option<Arc<Held>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.iter().find(|held| held.instance.same_place(instance)).cloned()
    }

    pub(super) fn all(&self) -> Vec<Arc<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes an instance out; the work goes on in its own task when this future is dropped.
    pub(super) async fn release(&self, held: &Held) -> Result<(), Arc<ServiceRegistryError>> {
        {
            let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|other| !std::ptr::eq(&**other, held));
        }
        held.wanted.send_replace(false);
        held.gone().await.map_or(Ok(()), Err)
    }

    /// Ends every loop, after what is registered was taken out or `grace` is over.
    pub(super) async fn close(&self, grace: Duration) -> usize {
        for held in self.all() {
            held.wanted.send_replace(false);
        }
        self.tasks.close(grace).await
    }

    /// Ends every loop at once; nothing is taken out.
    pub(super) fn abort(&self) {
        self.tasks.abort();
    }

    pub(super) fn task_count(&self) -> usize {
        self.tasks.len()
    }

    async fn keep(&self, held: &Held) {
        let mut wanted = held.wanted.subscribe();
        let mut written = Written::Nothing;
        loop {
            if self.register(held, &mut wanted, &mut written).await.is_break() {
                break;
            }
            if self.stay_registered(held, &mut wanted, &mut written).await.is_break() {
                break;
            }
        }
        let outcome = if held.replaced.load(Ordering::SeqCst) {
            Ok(())
        } else {
            self.take_out(held, written).await
        };
        held.state
            .send_replace(RegistrationState::Gone(outcome.err().map(Arc::new)));
    }

    /// Tries until the registry has it, or it is not wanted any more.
    async fn register(
        &self,
        held: &Held,
        wanted: &mut watch::Receiver<bool>,
        written: &mut Written,
    ) -> ControlFlow<()> {
        let mut backoff = Backoff::new(FIRST_RETRY, self.beat_interval().unwrap_or(LONGEST_RETRY));
        loop {
            match self.write(self.backend.register(&held.instance), wanted, written).await {
                None => return ControlFlow::Break(()),
                Some(Ok(())) => {
                    held.state.send_replace(RegistrationState::Registered);
                    tracing::info!(
                        "registered {} at {} with {}",
                        held.instance.service,
                        held.instance.address(),
                        self.address
                    );
                    return ControlFlow::Continue(());
                }
                Some(Err(error)) => {
                    let pause = backoff.failure();
                    if backoff.failures() == 1 {
                        tracing::warn!(
                            "registry {}: {error}; serving, not registered; next try in {:.1}s (attempt {})",
                            self.address,
                            pause.as_secs_f64(),
                            backoff.failures() + 1
                        );
                    }
                    held.state
                        .send_replace(RegistrationState::Pending(Some(Arc::new(error))));
                    if sleep_unless(pause, wanted).await.is_break() {
                        return ControlFlow::Break(());
                    }
                }
            }
        }
    }

    /// Beats until the registry has forgotten it, or it is not wanted any more.
    async fn stay_registered(
        &self,
        held: &Held,
        wanted: &mut watch::Receiver<bool>,
        written: &mut Written,
    ) -> ControlFlow<()> {
        let interval = self.beat_interval();
        let mut backoff = Backoff::new(FIRST_RETRY, interval.unwrap_or(LONGEST_RETRY));
        let mut pause = interval.map(jittered);
        loop {
            let beat = async {
                match pause {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = unwanted(wanted) => return ControlFlow::Break(()),
                () = held.again.notified() => return ControlFlow::Continue(()),
                () = beat => {}
            }
            match self.write(self.backend.renew(&held.instance), wanted, written).await {
                None => return ControlFlow::Break(()),
                Some(Ok(Renewal::Renewed)) => {
                    if backoff.failures() > 0 {
                        tracing::info!(
                            "registry {} answers again; {} is registered",
                            self.address,
                            held.instance.service
                        );
                        held.state.send_replace(RegistrationState::Registered);
                    }
                    backoff.success();
                    pause = interval.map(jittered);
                }
                Some(Ok(Renewal::Unknown)) => {
                    tracing::warn!(
                        "registry {} has forgotten {}; registering again",
                        self.address,
                        held.instance.service
                    );
                    return ControlFlow::Continue(());
                }
                Some(Err(error)) => {
                    let next = backoff.failure();
                    if backoff.failures() == 1 {
                        tracing::warn!(
                            "registry {}: {error}; serving; next try in {:.1}s",
                            self.address,
                            next.as_secs_f64()
                        );
                    }
                    held.state
                        .send_replace(RegistrationState::Pending(Some(Arc::new(error))));
                    pause = Some(next);
                }
            }
        }
    }

    /// One write; `None` when the instance is not wanted any more and the write ended or was dropped.
    async fn write<T>(
        &self,
        write: impl Future<Output = Result<T, ServiceRegistryError>>,
        wanted: &mut watch::Receiver<bool>,
        written: &mut Written,
    ) -> Option<Result<T, ServiceRegistryError>> {
        if !*wanted.borrow() {
            return None;
        }
        let limit = self.request_timeout;
        let mut write = std::pin::pin!(tokio::time::timeout(limit, write));
        let ended = tokio::select! {
            biased;
            ended = &mut write => Some(ended),
            () = unwanted(wanted) => tokio::time::timeout(WRITE_GRACE, &mut write).await.ok(),
        };
        *written = match &ended {
            Some(Ok(Ok(_))) => Written::Answered,
            Some(Ok(Err(error))) if !error.is_retryable() => Written::Answered,
            _ => Written::Uncertain,
        };
        let ended = ended.filter(|_| *wanted.borrow())?;
        Some(ended.unwrap_or_else(|_| Err(self.timed_out())))
    }

    async fn take_out(&self, held: &Held, written: Written) -> Result<(), ServiceRegistryError> {
        if written == Written::Nothing {
            return Ok(());
        }
        let first = self.delete(held).await;
        if written == Written::Answered {
            return first;
        }
        tokio::time::sleep(DELETE_AGAIN_AFTER).await;
        self.delete(held).await
    }

    async fn delete(&self, held: &Held) -> Result<(), ServiceRegistryError> {
        let delete = self.backend.deregister(&held.instance);
        tokio::time::timeout(self.request_timeout, delete)
            .await
            .unwrap_or_else(|_| Err(self.timed_out()))
    }

    fn timed_out(&self) -> ServiceRegistryError {
        let message = format!("no answer within {:?}", self.request_timeout);
        ServiceRegistryError::new(ErrorClass::Timeout, &self.address, message)
    }

    fn beat_interval(&self) -> Option<Duration> {
        match self.backend.lease() {
            Lease::Heartbeat(interval) => Some(self.heartbeat_interval.unwrap_or(interval)),
            Lease::None => None,
        }
    }
}

/// What may have reached the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Nothing,
    /// The last write was answered.
    Answered,
    /// The last write was cut short: it may still arrive.
    Uncertain,
}

/// The loop of a registration; however it ends, also when it was cut off or never begun, nobody waits for it for ever.
struct Ending(Arc<Held>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.state.send_if_modified(|state| {
            let open = !matches!(state, RegistrationState::Gone(_));
            if open {
                *state = RegistrationState::Gone(None);
            }
            open
        });
    }
}

impl Held {
    /// Registers again, in full, as soon as possible.
    pub(super) fn register_again(&self) {
        self.again.notify_one();
    }

    /// What the first attempt brought.
    pub(super) async fn first_outcome(&self) -> RegistrationState {
        let mut state = self.state.subscribe();
        match state
            .wait_for(|state| !matches!(state, RegistrationState::Pending(None)))
            .await
        {
            Ok(outcome) => outcome.clone(),
            Err(_) => RegistrationState::Gone(None),
        }
    }

    /// Waits until its loop has ended; gives the error of a deletion that failed.
    async fn gone(&self) -> Option<Arc<ServiceRegistryError>> {
        let mut state = self.state.subscribe();
        match state
            .wait_for(|state| matches!(state, RegistrationState::Gone(_)))
            .await
            .as_deref()
        {
            Ok(RegistrationState::Gone(error)) => error.clone(),
            _ => None,
        }
    }
}

/// Completes when the instance is not wanted any more.
async fn unwanted(wanted: &mut watch::Receiver<bool>) {
    let _ = wanted.wait_for(|wanted| !*wanted).await;
}

async fn sleep_unless(pause: Duration, wanted: &mut watch::Receiver<bool>) -> ControlFlow<()> {
    tokio::select! {
        () = unwanted(wanted) => ControlFlow::Break(()),
        () = tokio::time::sleep(pause) => ControlFlow::Continue(()),
    }
}
