//! One poll per watched configuration, however many watchers it has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::get::fetch;
use super::listen::{Listener, WatchMode};
use super::{ConfigChange, ConfigDocument, ResolvedKey};
use crate::backoff::{Backoff, jittered};
use crate::client::Inner;
use crate::error::{Error, ErrorKind, Result};
use crate::status::LoopStatus;
use crate::transport::Core;

/// While a large configuration is written the server says "not found" for up to 20 ms.
const CONFIRMATION: Duration = Duration::from_millis(30);
/// So much rarer is a poll while the listener tells of changes.
const SAFETY_NET: u32 = 10;
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What is known about a configuration.
#[derive(Clone, Debug, Default)]
pub(super) enum Seen {
    /// No answer yet.
    #[default]
    Nothing,
    Absent,
    Present(Arc<ConfigDocument>),
}

impl Seen {
    /// Empty for an absent configuration.
    fn md5(&self) -> &str {
        match self {
            Self::Present(document) => &document.md5,
            Self::Nothing | Self::Absent => "",
        }
    }

    fn has_md5(&self, md5: &str) -> bool {
        matches!(self, Self::Present(document) if document.md5 == md5)
    }

    /// Moves on to `new` and says what a watcher is to be told, if anything.
    pub(super) fn step(&mut self, new: Self) -> Option<ConfigChange> {
        let change = match (&*self, &new) {
            (_, Self::Nothing) | (Self::Absent, Self::Absent) => return None,
            (Self::Nothing, Self::Absent) => ConfigChange::Current(None),
            (Self::Nothing, Self::Present(document)) => ConfigChange::Current(Some(Arc::clone(document))),
            (Self::Absent, Self::Present(document)) => ConfigChange::Changed {
                old: None,
                new: Arc::clone(document),
            },
            (Self::Present(old), Self::Absent) => ConfigChange::Removed { old: Arc::clone(old) },
            (Self::Present(old), Self::Present(document)) if old.md5 == document.md5 => return None,
            (Self::Present(old), Self::Present(document)) => ConfigChange::Changed {
                old: Some(Arc::clone(old)),
                new: Arc::clone(document),
            },
        };
        *self = new;
        Some(change)
    }
}

/// A configuration that somebody watches; the poll ends when the last watcher drops it.
#[derive(Debug)]
pub(super) struct Watched {
    key: ResolvedKey,
    receiver: watch::Receiver<Seen>,
    last_error: Mutex<Option<String>>,
    /// Dropped with the last watcher, which wakes and ends the poll.
    _alive: watch::Sender<()>,
}

impl Watched {
    fn error(&self) -> MutexGuard<'_, Option<String>> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The watched configurations of one client.
#[derive(Debug)]
pub(crate) struct Watches {
    by_key: Mutex<HashMap<ResolvedKey, Weak<Watched>>>,
    listener: Arc<Listener>,
}

impl Watches {
    pub(crate) fn new(mode: WatchMode) -> Self {
        Self {
            by_key: Mutex::default(),
            listener: Arc::new(Listener::new(mode)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ResolvedKey, Weak<Watched>>> {
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn join(&self, inner: &Inner, key: ResolvedKey) -> (Arc<Watched>, watch::Receiver<Seen>) {
        let mut by_key = self.lock();
        by_key.retain(|_, watched| watched.strong_count() > 0);
        if let Some(watched) = by_key.get(&key).and_then(Weak::upgrade) {
            let mut receiver = watched.receiver.clone();
            receiver.mark_changed();
            return (watched, receiver);
        }
        let (sender, receiver) = watch::channel(Seen::Nothing);
        let (alive, ended) = watch::channel(());
        let watched = Arc::new(Watched {
            key: key.clone(),
            receiver: receiver.clone(),
            last_error: Mutex::new(None),
            _alive: alive,
        });
        by_key.insert(key, Arc::downgrade(&watched));
        let poll = PollTask {
            core: Arc::clone(&inner.core),
            watched: Arc::downgrade(&watched),
            sender,
            ended,
            interval: inner.pace.poll_interval,
            listener: Arc::clone(&self.listener),
        };
        inner.tasks.spawn(poll.run());
        if self.listener.must_start() {
            inner
                .tasks
                .spawn(Arc::clone(&self.listener).run(Arc::clone(&inner.core)));
        }
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
                name: watched.key.to_string(),
                last_error: watched.error().clone(),
            })
            .collect()
    }
}

/// What one poll holds: never the client, so that the last handle's drop ends it.
struct PollTask {
    core: Arc<Core>,
    watched: Weak<Watched>,
    sender: watch::Sender<Seen>,
    ended: watch::Receiver<()>,
    interval: Duration,
    listener: Arc<Listener>,
}

impl PollTask {
    async fn run(mut self) {
        let Some(key) = self.watched.upgrade().map(|watched| watched.key.clone()) else {
            return;
        };
        let wake = Arc::new(Notify::new());
        self.rounds(&key, &wake).await;
        self.listener.remove(&key);
    }

    async fn rounds(&mut self, key: &ResolvedKey, wake: &Arc<Notify>) {
        let mut backoff = Backoff::new(self.interval, LONGEST_PAUSE.max(self.interval));
        let mut known = Seen::Nothing;
        loop {
            let outcome = read(&self.core, key, &known).await;
            let Some(watched) = self.watched.upgrade() else { return };
            let pause = match outcome {
                Ok(seen) => {
                    backoff.success();
                    *watched.error() = None;
                    self.listener.set(key, seen.md5(), wake);
                    if known.step(seen.clone()).is_some() {
                        self.sender.send_replace(seen);
                    }
                    if self.listener.is_active() {
                        self.interval * SAFETY_NET
                    } else {
                        self.interval
                    }
                }
                Err(error) if error.kind() == ErrorKind::Closed => return,
                Err(error) => {
                    if watched.error().replace(error.to_string()).is_none() {
                        tracing::warn!(%key, %error, "cannot read a watched configuration; the last state stays");
                    }
                    self.offer_snapshot(key, &mut known).await;
                    self.interval.max(backoff.failure())
                }
            };
            drop(watched);
            tokio::select! {
                () = tokio::time::sleep(jittered(pause)) => {}
                () = wake.notified() => {}
                _ = self.ended.changed() => return,
            }
        }
    }

    /// While nothing is known yet, yesterday's word is better than none.
    async fn offer_snapshot(&self, key: &ResolvedKey, known: &mut Seen) {
        let (Seen::Nothing, Some(snapshots)) = (&*known, &self.core.snapshots) else {
            return;
        };
        let Some(mut document) = snapshots.load(key).await else {
            return;
        };
        if self.core.ciphers.decrypt(key.data_id.as_str(), &mut document).is_ok() {
            tracing::warn!(%key, "no server answers; the snapshot is used");
            *known = Seen::Present(Arc::new(document));
            self.sender.send_replace(known.clone());
        }
    }
}

/// One read; "not found" only after a second one said the same.
async fn read(core: &Core, key: &ResolvedKey, known: &Seen) -> Result<Seen> {
    let _permit = core.polls.acquire().await.map_err(|_| Error::closed())?;
    if let Some(snapshots) = &core.snapshots
        && let Some(document) = snapshots.failover(key).await
    {
        return Ok(Seen::Present(Arc::new(document)));
    }
    for confirmation in [false, true] {
        if confirmation {
            tokio::time::sleep(CONFIRMATION).await;
        }
        match fetch(core, key).await {
            Ok(document) => return present(core, key, known, document).await,
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    if let Some(snapshots) = &core.snapshots {
        snapshots.remove(key).await;
    }
    Ok(Seen::Absent)
}

async fn present(core: &Core, key: &ResolvedKey, known: &Seen, mut document: ConfigDocument) -> Result<Seen> {
    if let Some(snapshots) = &core.snapshots {
        snapshots.save(key, &document).await;
    }
    if known.has_md5(&document.md5) {
        return Ok(known.clone());
    }
    core.ciphers.decrypt(key.data_id.as_str(), &mut document)?;
    Ok(Seen::Present(Arc::new(document)))
}
