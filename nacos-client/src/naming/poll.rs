//! One poll per watched service, however many watchers it has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::Instance;
use super::cache::ServiceCache;
use super::once::list_resolved;
use super::service::ResolvedService;
use crate::backoff::{Backoff, jittered};
use crate::client::Inner;
use crate::error::{Error, ErrorKind, Result};
use crate::status::LoopStatus;
use crate::transport::Core;

const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The instances known, in the order of their addresses; `None` before the first answer.
pub(super) type Listed = Option<Arc<Vec<Instance>>>;

/// A service that somebody watches; the poll ends when the last watcher drops it.
#[derive(Debug)]
pub(super) struct WatchedService {
    service: ResolvedService,
    receiver: watch::Receiver<Listed>,
    last_error: Mutex<Option<String>>,
    /// Dropped with the last watcher, which wakes and ends the poll.
    _alive: watch::Sender<()>,
}

impl WatchedService {
    fn error(&self) -> MutexGuard<'_, Option<String>> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The watched services of one client.
#[derive(Debug, Default)]
pub(crate) struct ServiceWatches {
    by_service: Mutex<HashMap<ResolvedService, Weak<WatchedService>>>,
}

impl ServiceWatches {
    fn lock(&self) -> MutexGuard<'_, HashMap<ResolvedService, Weak<WatchedService>>> {
        self.by_service.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn join(
        &self,
        inner: &Inner,
        service: ResolvedService,
    ) -> (Arc<WatchedService>, watch::Receiver<Listed>) {
        let mut by_service = self.lock();
        by_service.retain(|_, watched| watched.strong_count() > 0);
        if let Some(watched) = by_service.get(&service).and_then(Weak::upgrade) {
            let mut receiver = watched.receiver.clone();
            receiver.mark_changed();
            return (watched, receiver);
        }
        let (sender, receiver) = watch::channel(None);
        let (alive, ended) = watch::channel(());
        let watched = Arc::new(WatchedService {
            service: service.clone(),
            receiver: receiver.clone(),
            last_error: Mutex::new(None),
            _alive: alive,
        });
        by_service.insert(service.clone(), Arc::downgrade(&watched));
        let poll = PollTask {
            core: Arc::clone(&inner.core),
            service,
            watched: Arc::downgrade(&watched),
            sender,
            ended,
            interval: inner.pace.poll_interval,
            cache: inner.pace.service_cache.clone(),
            protection: EmptyProtection::new(inner.pace.empty_protection),
        };
        inner.tasks.spawn(poll.run());
        (watched, receiver)
    }

    pub(crate) fn close(&self) {
        self.lock().clear();
    }

    pub(crate) fn status(&self) -> Vec<LoopStatus> {
        let watched: Vec<_> = self.lock().values().filter_map(Weak::upgrade).collect();
        watched
            .iter()
            .map(|watched| LoopStatus {
                name: watched.service.to_string(),
                last_error: watched.error().clone(),
            })
            .collect()
    }
}

/// A server that warms up, or lost its memory, answers an empty list with success: it counts only when it lasts.
#[derive(Debug)]
struct EmptyProtection {
    hold: Duration,
    empty_since: Option<Instant>,
}

impl EmptyProtection {
    fn new(hold: Duration) -> Self {
        Self {
            hold,
            empty_since: None,
        }
    }

    /// Whether `new` may replace `known` now.
    fn admits(&mut self, known: &Listed, new: &[Instance], now: Instant) -> bool {
        let served = known
            .as_ref()
            .is_some_and(|known| known.iter().any(Instance::may_serve));
        if !served || new.iter().any(Instance::may_serve) {
            self.empty_since = None;
            return true;
        }
        let since = *self.empty_since.get_or_insert(now);
        now.saturating_duration_since(since) >= self.hold
    }
}

/// What one poll holds: never the client, so that the last handle's drop ends it.
struct PollTask {
    core: Arc<Core>,
    service: ResolvedService,
    watched: Weak<WatchedService>,
    sender: watch::Sender<Listed>,
    ended: watch::Receiver<()>,
    interval: Duration,
    cache: Option<ServiceCache>,
    protection: EmptyProtection,
}

impl PollTask {
    async fn run(mut self) {
        let mut backoff = Backoff::new(self.interval, LONGEST_PAUSE.max(self.interval));
        let mut known: Listed = None;
        loop {
            let outcome = self.read().await;
            let Some(watched) = self.watched.upgrade() else { return };
            let pause = match outcome {
                Ok(instances) => {
                    backoff.success();
                    *watched.error() = None;
                    self.take(&mut known, instances).await;
                    self.interval
                }
                Err(error) if error.kind() == ErrorKind::Closed => return,
                Err(error) => {
                    if watched.error().replace(error.to_string()).is_none() {
                        tracing::warn!(service = %self.service, %error, "cannot list a watched service; its last instances stay");
                    }
                    self.offer_cache(&mut known).await;
                    self.interval.max(backoff.failure())
                }
            };
            drop(watched);
            tokio::select! {
                () = tokio::time::sleep(jittered(pause)) => {}
                _ = self.ended.changed() => return,
            }
        }
    }

    async fn read(&self) -> Result<Vec<Instance>> {
        let _permit = self.core.polls.acquire().await.map_err(|_| Error::closed())?;
        let mut instances = list_resolved(&self.core, &self.service).await?;
        instances.sort_by(|left, right| (&left.ip, left.port).cmp(&(&right.ip, right.port)));
        Ok(instances)
    }

    async fn take(&mut self, known: &mut Listed, instances: Vec<Instance>) {
        if known.as_deref() == Some(&instances) {
            self.protection.empty_since = None;
            return;
        }
        if !self.protection.admits(known, &instances, Instant::now()) {
            tracing::debug!(service = %self.service, "an empty list is not believed yet");
            return;
        }
        let instances = Arc::new(instances);
        if let Some(cache) = &self.cache {
            cache.save(&self.service, &instances).await;
        }
        *known = Some(instances);
        self.sender.send_replace(known.clone());
    }

    /// While nothing is known yet, yesterday's instances are better than none.
    async fn offer_cache(&self, known: &mut Listed) {
        let (None, Some(cache)) = (&known, &self.cache) else {
            return;
        };
        if let Some(instances) = cache.load(&self.service).await {
            tracing::warn!(service = %self.service, "no server answers; the instances on disk are used");
            *known = Some(Arc::new(instances));
            self.sender.send_replace(known.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_empty_list_is_believed_when_it_lasts() {
        let mut protection = EmptyProtection::new(Duration::from_secs(10));
        let serving = vec![Instance::new("s", "10.0.0.1", 1)];
        let known: Listed = Some(Arc::new(serving.clone()));
        let start = Instant::now();
        assert!(protection.admits(&None, &[], start), "nothing to protect");
        assert!(!protection.admits(&known, &[], start));
        assert!(protection.admits(&known, &serving, start + Duration::from_secs(5)));
        let unhealthy = vec![serving[0].clone().healthy(false)];
        assert!(!protection.admits(&known, &unhealthy, start + Duration::from_secs(6)));
        assert!(!protection.admits(&known, &[], start + Duration::from_secs(15)));
        assert!(protection.admits(&known, &[], start + Duration::from_secs(16)));
    }
}
