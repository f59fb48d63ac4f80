//! One poll per watched configuration, however many watchers it has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;

use super::get::fetch;
use super::{ConfigChange, ConfigDocument, ResolvedKey};
use crate::backoff::{Backoff, jittered};
use crate::client::Inner;
use crate::error::{Error, ErrorKind, Result};
use crate::status::LoopStatus;
use crate::transport::Core;

/// While a large configuration is written the server says "not found" for up to 20 ms.
const CONFIRMATION: Duration = Duration::from_millis(30);
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
#[derive(Debug, Default)]
pub(crate) struct Watches {
    by_key: Mutex<HashMap<ResolvedKey, Weak<Watched>>>,
}

impl Watches {
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
        let task = poll(
            Arc::clone(&inner.core),
            Arc::downgrade(&watched),
            sender,
            ended,
            inner.pace.poll_interval,
        );
        inner.tasks.spawn(task);
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

async fn poll(
    core: Arc<Core>,
    watched: Weak<Watched>,
    sender: watch::Sender<Seen>,
    mut ended: watch::Receiver<()>,
    interval: Duration,
) {
    let mut backoff = Backoff::new(interval, LONGEST_PAUSE.max(interval));
    let mut known = Seen::Nothing;
    loop {
        let Some(key) = watched.upgrade().map(|watched| watched.key.clone()) else {
            return;
        };
        let outcome = read(&core, &key, &known).await;
        let Some(watched) = watched.upgrade() else { return };
        let pause = match outcome {
            Ok(seen) => {
                backoff.success();
                *watched.error() = None;
                if known.step(seen.clone()).is_some() {
                    sender.send_replace(seen);
                }
                interval
            }
            Err(error) if error.kind() == ErrorKind::Closed => return,
            Err(error) => {
                if watched.error().replace(error.to_string()).is_none() {
                    tracing::warn!(%key, %error, "cannot read a watched configuration; the last state stays");
                }
                interval.max(backoff.failure())
            }
        };
        drop(watched);
        tokio::select! {
            () = tokio::time::sleep(jittered(pause)) => {}
            _ = ended.changed() => return,
        }
    }
}

/// One read; "not found" only after a second one said the same.
async fn read(core: &Core, key: &ResolvedKey, known: &Seen) -> Result<Seen> {
    let _permit = core.polls.acquire().await.map_err(|_| Error::closed())?;
    for confirmation in [false, true] {
        if confirmation {
            tokio::time::sleep(CONFIRMATION).await;
        }
        match fetch(core, key).await {
            Ok(document) if known.has_md5(&document.md5) => return Ok(known.clone()),
            Ok(mut document) => {
                core.ciphers.decrypt(key.data_id.as_str(), &mut document)?;
                return Ok(Seen::Present(Arc::new(document)));
            }
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Seen::Absent)
}
