//! The loop that keeps one instance registered.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Instance;
use super::once::{Beat, beat, deregister, register};
use crate::backoff::{Backoff, jittered};
use crate::error::{ErrorKind, Result};
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
    /// True once the loop has ended.
    ended: watch::Sender<bool>,
}

impl Held {
    pub(super) fn new(instance: Instance, server: usize) -> Self {
        Self {
            instance: Mutex::new(instance),
            server: AtomicUsize::new(server),
            last_error: Mutex::new(None),
            registered: AtomicBool::new(true),
            stop: watch::Sender::new(false),
            ended: watch::Sender::new(false),
        }
    }

    pub(super) fn instance(&self) -> Instance {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn replace_instance(&self, instance: Instance) {
        *self.instance.lock().unwrap_or_else(PoisonError::into_inner) = instance;
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
    pub(super) async fn keep(self: Arc<Self>, core: Arc<Core>, default_interval: Duration) {
        let _ended = Ended(&self);
        let mut stop = self.stop.subscribe();
        let mut backoff = Backoff::new(Duration::from_millis(500), default_interval);
        let mut pause = self.interval(default_interval);
        loop {
            tokio::select! {
                () = sleep(pause) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
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
                let server = register(core, &instance, Some(server)).await?;
                self.wrote_at(server);
            }
        }
        Ok(())
    }

    async fn write_grace_is_over(&self) {
        let mut stop = self.stop.subscribe();
        // An error cannot come: `self` holds the sender.
        let _ = stop.wait_for(|stop| *stop).await;
        sleep(WRITE_GRACE).await;
    }

    /// Stops the loop, then deletes at the server that took the last write. No write can follow the delete: the
    /// loop has ended, or its write was dropped and a second delete comes after it.
    pub(super) async fn deregister(&self, core: &Core) -> Result<()> {
        self.stop.send_replace(true);
        let mut ended = self.ended.subscribe();
        let in_time = timeout(WRITE_GRACE, ended.wait_for(|ended| *ended)).await.is_ok();
        let instance = self.instance();
        let gone = deregister(core, &instance, self.server()).await;
        if !in_time {
            sleep(SECOND_DELETE).await;
            return deregister(core, &instance, self.server()).await;
        }
        if gone.is_ok() {
            self.registered.store(false, Ordering::Release);
        }
        gone
    }

    /// For an instance without a loop: a persistent one.
    pub(super) fn has_no_loop(&self) {
        self.ended.send_replace(true);
    }
}

/// Says that the loop has ended, however it ended.
struct Ended<'a>(&'a Held);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.ended.send_replace(true);
    }
}
