//! The loop that keeps one instance registered.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Instance;
use super::once::{Beat, beat, deregister, register};
use crate::backoff::{Backoff, jittered};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::Core;

/// How long a deregistration waits for a write that is under way.
const WRITE_GRACE: Duration = Duration::from_secs(1);
/// When such a write had to be dropped, the server may still apply it: delete again after this.
const SECOND_DELETE: Duration = Duration::from_millis(500);
const NO_SERVER: usize = usize::MAX;

/// One registered instance, shared by its loop and its handle.
#[derive(Debug)]
pub(super) struct Held {
    instance: Mutex<Instance>,
    /// The server that took the last write.
    server: AtomicUsize,
    last_error: Mutex<Option<String>>,
    /// True while the server is believed to list it.
    registered: AtomicBool,
    /// True once it is to be deregistered: the loop begins no further write.
    stop: watch::Sender<bool>,
    /// How many may write: the loop, and each update under way.
    writers: watch::Sender<usize>,
}

impl Held {
    pub(super) fn new(instance: Instance, server: usize) -> Self {
        Self {
            instance: Mutex::new(instance),
            server: AtomicUsize::new(server),
            last_error: Mutex::new(None),
            registered: AtomicBool::new(true),
            stop: watch::Sender::new(false),
            writers: watch::Sender::new(0),
        }
    }

    pub(super) fn instance(&self) -> Instance {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn is_registered(&self) -> bool {
        self.registered.load(Ordering::Acquire)
    }

    pub(super) fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    pub(super) fn error(&self) -> MutexGuard<'_, Option<String>> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn server(&self) -> Option<usize> {
        Some(self.server.load(Ordering::Relaxed)).filter(|server| *server != NO_SERVER)
    }

    pub(super) fn wrote_at(&self, server: usize) {
        self.server.store(server, Ordering::Relaxed);
        self.registered.store(true, Ordering::Release);
    }

    /// Renews until told to stop. A stop is looked at between writes, never within one.
    pub(super) async fn keep(self: Arc<Self>, _writer: Writer, core: Arc<Core>, default_interval: Duration) {
        let mut stop = self.stop.subscribe();
        let mut backoff = Backoff::new(Duration::from_millis(500), default_interval);
        let mut pause = self.interval(default_interval);
        loop {
            tokio::select! {
                () = sleep(pause) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let _turn = tokio::select! {
                turn = core.heartbeats.acquire() => turn,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            tokio::select! {
                biased;
                outcome = self.renew(&core) => match outcome {
                    Ok(()) => {
                        backoff.success();
                        if self.error().take().is_some() {
                            tracing::info!(instance = %self.instance(), "renewed again");
                        }
                        pause = self.interval(default_interval);
                    }
                    Err(error) if error.kind() == ErrorKind::Closed => return,
                    Err(error) => {
                        // Sooner than the interval at first, never later: the server forgets after 30 s.
                        pause = backoff.failure().min(self.interval(default_interval));
                        if self.error().replace(error.to_string()).is_none() {
                            tracing::warn!(instance = %self.instance(), %error, "cannot renew; trying on");
                        }
                    }
                },
                () = self.write_grace_is_over() => return,
            }
        }
    }

    fn interval(&self, default_interval: Duration) -> Duration {
        jittered(self.instance().own_heartbeat().unwrap_or(default_interval))
    }

    async fn renew(&self, core: &Core) -> Result<()> {
        let instance = self.instance();
        let (met, server) = beat(core, &instance, self.server()).await?;
        match met {
            Beat::Renewed => self.wrote_at(server),
            Beat::Unknown => {
                self.registered.store(false, Ordering::Release);
                if self.is_stopped() {
                    return Ok(());
                }
                tracing::info!(%instance, "the server forgot this instance; registering it again");
                // It may have been changed since the beat was sent.
                let server = register(core, &self.instance(), Some(server)).await?;
                self.wrote_at(server);
            }
        }
        Ok(())
    }

    /// Registers another description at once, unless a deregistration comes in between.
    pub(super) async fn update(self: &Arc<Self>, core: &Core, instance: Instance) -> Result<()> {
        let _writer = Writer::of(self);
        let gone = || Error::new(ErrorKind::Closed, "this registration was deregistered");
        if self.is_stopped() {
            return Err(gone());
        }
        let server = tokio::select! {
            biased;
            outcome = register(core, &instance, self.server()) => outcome?,
            () = self.write_grace_is_over() => return Err(gone()),
        };
        *self.instance.lock().unwrap_or_else(PoisonError::into_inner) = instance;
        self.wrote_at(server);
        Ok(())
    }

    async fn write_grace_is_over(&self) {
        let mut stop = self.stop.subscribe();
        // An error cannot come: `self` holds the sender.
        let _ = stop.wait_for(|stop| *stop).await;
        sleep(WRITE_GRACE).await;
    }

    /// Lets no writer begin another write.
    pub(super) fn end_writes(&self) {
        self.stop.send_replace(true);
    }

    /// Stops all writers, then deletes at the server that took the last write. No write can follow the delete: all
    /// have ended, or one was dropped and a second delete comes after it.
    pub(super) async fn deregister(&self, core: &Core) -> Result<()> {
        self.end_writes();
        let mut writers = self.writers.subscribe();
        let in_time = timeout(WRITE_GRACE, writers.wait_for(|writers| *writers == 0))
            .await
            .is_ok();
        // The semaphore is never closed.
        let _turn = core.deletes.acquire().await;
        let instance = self.instance();
        let mut gone = deregister(core, &instance, self.server()).await;
        if !in_time {
            sleep(SECOND_DELETE).await;
            gone = deregister(core, &instance, self.server()).await;
        }
        if gone.is_ok() {
            self.registered.store(false, Ordering::Release);
        }
        gone
    }
}

/// Somebody who may write; gone however it ends.
pub(super) struct Writer(Arc<Held>);

impl Writer {
    pub(super) fn of(held: &Arc<Held>) -> Self {
        held.writers.send_modify(|writers| *writers += 1);
        Self(Arc::clone(held))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.0.writers.send_modify(|writers| *writers -= 1);
    }
}
