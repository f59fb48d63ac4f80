//! The older long polling, where a server still has it: one request for all watched configurations of a client.
//!
//! It only tells *that* something changed; the poll of that configuration then reads it as always.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

use super::ResolvedKey;
use crate::backoff::Backoff;
use crate::error::{ErrorKind, Result};
use crate::ids::DEFAULT_NAMESPACE;
use crate::transport::{Call, Core};

const LISTENER: &str = "/v1/cs/configs/listener";
const TIMEOUT_HEADER: HeaderName = HeaderName::from_static("long-pulling-timeout");
/// What the server is asked to wait, and what we wait in addition to a usual call.
const WAIT: Duration = Duration::from_secs(30);
const WAIT_MILLIS: HeaderValue = HeaderValue::from_static("30000");
/// A change that was told is read within this time, or told again.
const READING: Duration = Duration::from_secs(1);
/// A server without the listener, or one that refuses, answers sooner than this.
const HELD: Duration = Duration::from_secs(1);
const SETTLING: Duration = Duration::from_millis(50);

/// How changes are noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WatchMode {
    /// By reading every configuration at the poll interval: the way of version 3.
    #[default]
    Poll,
    /// By the older listener, within milliseconds. Where the server has none, by polling.
    Auto,
    /// By the older listener; its absence is logged as an error again and again.
    LongPoll,
}

#[derive(Debug)]
struct Entry {
    /// Empty for an absent configuration.
    md5: String,
    wake: Arc<Notify>,
}

/// What is listened to.
#[derive(Debug)]
pub(super) struct Listener {
    mode: WatchMode,
    entries: Mutex<HashMap<ResolvedKey, Entry>>,
    changes: watch::Sender<u64>,
    /// True while the server answers: polls are then a safety net only.
    active: AtomicBool,
    started: AtomicBool,
}

impl Listener {
    pub(super) fn new(mode: WatchMode) -> Self {
        Self {
            mode,
            entries: Mutex::default(),
            changes: watch::Sender::new(0),
            active: AtomicBool::new(false),
            started: AtomicBool::new(false),
        }
    }

    /// True for the one caller that has to spawn [`Listener::run`].
    pub(super) fn must_start(&self) -> bool {
        self.mode != WatchMode::Poll && !self.started.swap(true, Ordering::AcqRel)
    }

    pub(super) fn is_active(&self) -> bool {
        self.active.load(Ordering::Acquire)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ResolvedKey, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens to `key` from `md5` on.
    pub(super) fn set(&self, key: &ResolvedKey, md5: &str, wake: &Arc<Notify>) {
        if self.mode == WatchMode::Poll {
            return;
        }
        let entry = Entry {
            md5: md5.to_owned(),
            wake: Arc::clone(wake),
        };
        let old = self.lock().insert(key.clone(), entry);
        if old.is_none_or(|old| old.md5 != md5) {
            self.changes.send_modify(|count| *count += 1);
        }
    }

    pub(super) fn remove(&self, key: &ResolvedKey) {
        if self.lock().remove(key).is_some() {
            self.changes.send_modify(|count| *count += 1);
        }
    }

    pub(super) async fn run(self: Arc<Self>, core: Arc<Core>) {
        let mut changes = self.changes.subscribe();
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
        loop {
            changes.borrow_and_update();
            let listened = self.listened();
            if listened.is_empty() {
                // `self` holds the sender, so an error cannot come.
                let _ = changes.changed().await;
                continue;
            }
            let answer = tokio::select! {
                answer = self.patiently(ask(&core, &listened)) => answer,
                _ = changes.changed() => {
                    // Keys that become known together are one new request, not one each.
                    sleep(SETTLING).await;
                    continue;
                }
            };
            match answer {
                Ok(changed) => {
                    backoff.success();
                    self.active.store(true, Ordering::Release);
                    if self.wake(&changed) {
                        let _ = timeout(READING, changes.changed()).await;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Closed => return,
                Err(error) => {
                    let was_active = self.active.swap(false, Ordering::AcqRel);
                    if error.kind() == ErrorKind::Unsupported && self.mode == WatchMode::Auto {
                        tracing::info!(%error, "this server has no listener; configurations are polled");
                        return;
                    }
                    if was_active || error.kind() == ErrorKind::Unsupported {
                        tracing::warn!(%error, "cannot listen to configurations; they are polled meanwhile");
                    }
                    sleep(backoff.failure()).await;
                }
            }
        }
    }

    /// A request that is still open after a moment is being waited on: the server has the listener.
    async fn patiently(&self, asking: impl Future<Output = Result<String>>) -> Result<String> {
        let mut asking = pin!(asking);
        if let Ok(answer) = timeout(HELD, &mut asking).await {
            return answer;
        }
        self.active.store(true, Ordering::Release);
        asking.await
    }

    fn listened(&self) -> String {
        let mut text = String::new();
        for (key, entry) in self.lock().iter() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{}\u{2}{}\u{2}{}", key.data_id, key.group, entry.md5);
            if key.namespace.as_str() != DEFAULT_NAMESPACE {
                let _ = write!(text, "\u{2}{}", key.namespace);
            }
            text.push('\u{1}');
        }
        text
    }

    /// Wakes the polls of what changed; false when nothing of ours did.
    fn wake(&self, changed: &str) -> bool {
        let mut any = false;
        let entries = self.lock();
        for line in changed.split('\u{1}') {
            let mut parts = line.trim().split('\u{2}');
            let (Some(data_id), Some(group)) = (parts.next(), parts.next()) else {
                continue;
            };
            let namespace = parts
                .next()
                .filter(|namespace| !namespace.is_empty())
                .unwrap_or(DEFAULT_NAMESPACE);
            for (key, entry) in entries.iter() {
                let same = key.data_id.as_str() == data_id
                    && key.group.as_str() == group
                    && key.namespace.as_str() == namespace;
                if same {
                    entry.wake.notify_one();
                    any = true;
                }
            }
        }
        any
    }
}

/// One request that ends with a change or after half a minute; the answer is plain text.
async fn ask(core: &Core, listened: &str) -> Result<String> {
    let mut call = Call::post(LISTENER)
        .form("Listening-Configs", listened)
        .header(TIMEOUT_HEADER, WAIT_MILLIS);
    call.wait = WAIT;
    let answer = core.send(&call).await?;
    if answer.status != 200 {
        return Err(answer.failure());
    }
    let text = String::from_utf8_lossy(&answer.body);
    Ok(percent_decode_str(&text).decode_utf8_lossy().into_owned())
}
