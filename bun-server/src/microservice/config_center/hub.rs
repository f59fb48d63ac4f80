mod guarded;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Semaphore, watch};

use self::guarded::Guarded;
use super::stream::DocumentState;
use super::{
    ConfigBackend, ConfigCenter, ConfigCenterError, ConfigChangeListener, ConfigEvent, ConfigHistory, ConfigKey,
    ConfigPublisher, ConfigResult, ConfigStream,
};
use crate::backoff::{Backoff, jittered};
use crate::error::ErrorClass;
use crate::subscription::{Subscription, subscription};
use crate::tasks::TaskSet;

/// How a [`ConfigHub`] reads documents.
#[derive(Clone, Debug)]
pub struct HubOptions {
    /// Between two looks at a document, ± 10 %.
    pub poll_interval: Duration,
    /// For one attempt.
    pub request_timeout: Duration,
}

impl Default for HubOptions {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_secs(3),
            request_timeout: Duration::from_secs(3),
        }
    }
}

/// A thousand documents must not mean a thousand connections.
const MAX_READS_AT_ONCE: usize = 16;
/// A reading "there is none" is confirmed after this pause: a server that is just writing says so too.
const CONFIRM_AFTER: Duration = Duration::from_millis(50);
const MAX_CONTENT: usize = 10 * 1024 * 1024;
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);
const CLOSE_GRACE: Duration = Duration::from_secs(1);

/// The loops of every provider, written once: one poll per document however many listen, comparing by MD5, jitter,
/// backoff, confirmation before a removal is believed. Cheap to clone.
#[derive(Clone)]
pub struct ConfigHub {
    shared: Arc<Shared>,
    _last: Arc<LastHandle>,
}

/// Ends the loops when the last handle is gone: they hold what is shared, and would poll for ever.
struct LastHandle(Arc<Shared>);

impl Drop for LastHandle {
    fn drop(&mut self) {
        self.0.tasks.abort();
    }
}

struct Shared {
    backend: Arc<dyn ConfigBackend>,
    address: String,
    options: HubOptions,
    documents: Mutex<HashMap<ConfigKey, Arc<watch::Sender<DocumentState>>>>,
    reads: Semaphore,
    /// The last error of each document that cannot be read.
    failing: Mutex<BTreeMap<ConfigKey, String>>,
    closing: watch::Sender<bool>,
    tasks: TaskSet,
}

impl ConfigHub {
    /// A hub over `backend`, which `address` names in messages.
    pub fn new(backend: Arc<dyn ConfigBackend>, address: impl Into<String>, options: HubOptions) -> Self {
        let shared = Arc::new(Shared {
            backend,
            address: address.into(),
            options,
            documents: Mutex::default(),
            reads: Semaphore::new(MAX_READS_AT_ONCE),
            failing: Mutex::default(),
            closing: watch::Sender::new(false),
            tasks: TaskSet::new(),
        });
        Self {
            _last: Arc::new(LastHandle(Arc::clone(&shared))),
            shared,
        }
    }

    /// Reads a document; `None` after a confirmed "there is none".
    ///
    /// # Errors
    ///
    /// Everything but `NotFound`.
    pub async fn read(&self, key: &ConfigKey) -> Result<Option<Arc<ConfigResult>>, ConfigCenterError> {
        self.shared.read(key).await
    }

    /// The stream of a document whose state is known: gives what comes after it.
    pub(crate) fn stream_from(&self, key: &ConfigKey, known: Option<Arc<ConfigResult>>) -> ConfigStream {
        ConfigStream::from_known(self.shared.watch(key, Some(known.clone())), known)
    }

    /// Notes that a document could not be read, where that was told already: the loops do not tell it again.
    pub(crate) fn was_told(&self, key: &ConfigKey, error: &ConfigCenterError) {
        let mut failing = self.shared.failing.lock().unwrap_or_else(PoisonError::into_inner);
        failing.insert(key.clone(), error.to_string());
    }

    /// Where the documents come from, for messages.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.shared.address
    }

    /// The document's full name, for messages.
    #[must_use]
    pub fn full_name(&self, key: &ConfigKey) -> String {
        self.shared.backend.full_name(key)
    }

    /// The last error, while a document that is followed cannot be read.
    #[must_use]
    pub fn last_error(&self) -> Option<String> {
        let failing = self.shared.failing.lock().unwrap_or_else(PoisonError::into_inner);
        failing.values().next().cloned()
    }

    /// Loops and listeners that are alive.
    pub(crate) fn task_count(&self) -> usize {
        self.shared.tasks.len()
    }
}

impl fmt::Debug for ConfigHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigHub")
            .field("address", &self.address())
            .field("tasks", &self.task_count())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl ConfigCenter for ConfigHub {
    async fn get_config(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError> {
        match self.shared.read(key).await? {
            Some(found) => Ok((*found).clone()),
            None => Err(ConfigCenterError::not_found(key)),
        }
    }

    fn watch_config(&self, key: &ConfigKey, listener: ConfigChangeListener) -> Subscription {
        let (subscription, mut listening) = subscription(format!("config {key}"));
        let mut stream = self.config_stream(key);
        self.shared.tasks.spawn(async move {
            loop {
                let event = tokio::select! {
                    () = listening.ended() => break,
                    event = stream.next() => event,
                };
                match event {
                    None => break,
                    Some(ConfigEvent::Current(_)) => {}
                    Some(ConfigEvent::Change(change)) => {
                        if !listening.call(|| listener(change)) {
                            break;
                        }
                    }
                }
            }
        });
        subscription
    }

    fn config_stream(&self, key: &ConfigKey) -> ConfigStream {
        ConfigStream::new(self.shared.watch(key, None))
    }

    fn publisher(&self) -> Result<Arc<dyn ConfigPublisher>, ConfigCenterError> {
        match Arc::clone(&self.shared.backend).publisher() {
            Some(capability) => Ok(Arc::new(Guarded {
                shared: Arc::clone(&self.shared),
                capability,
            })),
            None => Err(ConfigCenterError::unsupported(self.address(), "publisher")),
        }
    }

    fn history(&self) -> Result<Arc<dyn ConfigHistory>, ConfigCenterError> {
        match Arc::clone(&self.shared.backend).history() {
            Some(capability) => Ok(Arc::new(Guarded {
                shared: Arc::clone(&self.shared),
                capability,
            })),
            None => Err(ConfigCenterError::unsupported(self.address(), "history")),
        }
    }

    async fn close(&self) {
        self.shared.closing.send_replace(true);
        self.shared
            .documents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        self.shared.tasks.close(CLOSE_GRACE).await;
        self.shared.backend.close().await;
    }
}

impl Shared {
    async fn read(&self, key: &ConfigKey) -> Result<Option<Arc<ConfigResult>>, ConfigCenterError> {
        if *self.closing.borrow() {
            return Err(ConfigCenterError::closed(key));
        }
        let first = self.attempt(key).await?;
        if first.is_some() {
            return Ok(first);
        }
        tokio::time::sleep(CONFIRM_AFTER).await;
        self.attempt(key).await
    }

    async fn attempt(&self, key: &ConfigKey) -> Result<Option<Arc<ConfigResult>>, ConfigCenterError> {
        let Ok(_place) = self.reads.acquire().await else {
            return Err(ConfigCenterError::closed(key));
        };
        let limit = self.options.request_timeout;
        let fetched = match tokio::time::timeout(limit, self.backend.fetch(key)).await {
            Ok(fetched) => fetched,
            Err(_) => Err(ConfigCenterError::new(
                ErrorClass::Timeout,
                &self.address,
                format!("no answer within {limit:?}"),
            )),
        };
        match fetched {
            Ok(found) if found.content.len() > MAX_CONTENT => {
                let message = format!(
                    "{} bytes, more than the {MAX_CONTENT} that are taken",
                    found.content.len()
                );
                Err(ConfigCenterError::new(ErrorClass::Decode, key.to_string(), message))
            }
            Ok(found) => Ok(Some(Arc::new(found))),
            Err(error) if error.class() == ErrorClass::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A receiver of the document's states; the first one starts the poll, the last one that goes ends it.
    fn watch(self: &Arc<Self>, key: &ConfigKey, known: DocumentState) -> watch::Receiver<DocumentState> {
        let mut documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        if *self.closing.borrow() {
            return watch::Sender::new(known).subscribe();
        }
        if let Some(sender) = documents.get(key) {
            return sender.subscribe();
        }
        let sender = Arc::new(watch::Sender::new(known));
        let receiver = sender.subscribe();
        documents.insert(key.clone(), Arc::clone(&sender));
        drop(documents);
        let shared = Arc::clone(self);
        let key = key.clone();
        self.tasks.spawn(async move { shared.poll(&key, &sender).await });
        receiver
    }

    async fn poll(&self, key: &ConfigKey, sender: &watch::Sender<DocumentState>) {
        let mut closing = self.closing.subscribe();
        let mut backoff = Backoff::new(FIRST_BACKOFF, LONGEST_BACKOFF);
        // A document whose state is known was read a moment ago.
        let mut pause = sender.borrow().as_ref().map(|_| jittered(self.options.poll_interval));
        loop {
            if let Some(pause) = pause {
                let known = sender.borrow().clone().flatten();
                tokio::select! {
                    _ = closing.wait_for(|closing| *closing) => return,
                    () = sender.closed() => if self.forget(key, sender) { return },
                    () = self.backend.changed(key, known.as_deref()), if backoff.failures() == 0 => {}
                    () = tokio::time::sleep(pause) => {}
                }
            }
            let read = tokio::select! {
                _ = closing.wait_for(|closing| *closing) => return,
                read = self.read(key) => read,
            };
            pause = Some(match read {
                Ok(now) => {
                    self.recovered(key);
                    backoff.success();
                    sender.send_if_modified(|state| take(state, now));
                    jittered(self.options.poll_interval)
                }
                Err(error) => {
                    let pause = backoff.failure();
                    self.failed(key, &error, pause);
                    pause
                }
            });
        }
    }

    /// Ends the watch of a document that nobody listens to; `false` when somebody came meanwhile.
    fn forget(&self, key: &ConfigKey, sender: &watch::Sender<DocumentState>) -> bool {
        let mut documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        if sender.receiver_count() > 0 {
            return false;
        }
        documents.remove(key);
        self.failing.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        true
    }

    fn failed(&self, key: &ConfigKey, error: &ConfigCenterError, pause: Duration) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if failing.insert(key.clone(), error.to_string()).is_none() {
            tracing::warn!(
                "config {key}: {error}; keeping what is known; next try in {:.1}s",
                pause.as_secs_f64()
            );
        }
    }

    fn recovered(&self, key: &ConfigKey) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if failing.remove(key).is_some() {
            tracing::info!("config {key}: {} answers again", self.address);
        }
    }
}

/// Takes a new state; `false` when it is the old one.
fn take(state: &mut DocumentState, now: Option<Arc<ConfigResult>>) -> bool {
    let md5 = |document: &Option<Arc<ConfigResult>>| document.as_ref().map(|document| document.md5.clone());
    if state.as_ref().map(md5) == Some(md5(&now)) {
        return false;
    }
    *state = Some(now);
    true
}

#[cfg(test)]
mod tests;
