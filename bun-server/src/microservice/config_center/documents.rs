use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{
    ConfigCenterError, ConfigCenterSettings, ConfigChange, ConfigEvent, ConfigFailure, ConfigHub, ConfigKey,
    ConfigResult, Snapshot, SnapshotStore,
};
use crate::backoff::Backoff;
use crate::config::{ConfigService, DocumentContent};
use crate::di::{Problem, ProblemKind};
use crate::health::{Health, HealthIndicator, HealthStatus};
use crate::tasks::TaskSet;

/// A document that the application reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) key: ConfigKey,
    /// It may be missing: it counts as empty then.
    pub(crate) optional: bool,
}

/// The documents of one application: loads them at start, then keeps its configuration up with them.
#[derive(Clone)]
pub(crate) struct Documents {
    shared: Arc<Shared>,
}

struct Shared {
    hub: ConfigHub,
    /// The provider's word, as origins show it.
    provider: String,
    config: ConfigService,
    wanted: Vec<Wanted>,
    settings: ConfigCenterSettings,
    snapshots: Option<SnapshotStore>,
    states: Mutex<BTreeMap<ConfigKey, State>>,
    /// Signals that a state was taken or refused.
    taken: watch::Sender<()>,
}

/// What is in use of one document, and what is wrong with its newest state.
#[derive(Clone, Debug, Default)]
struct State {
    /// What the center last gave, taken or refused.
    known: Option<Arc<ConfigResult>>,
    /// Whether it came from the center, not from a snapshot.
    fresh: bool,
    problem: Option<String>,
}

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// An optional document is not waited for as long as one that must be there.
const OPTIONAL_TIMEOUT: Duration = Duration::from_secs(3);

/// What a document was found to be.
enum Loaded {
    Center(Option<Arc<ConfigResult>>),
    Snapshot(Box<Snapshot>),
    /// Optional, and no server answered.
    Nothing(ConfigCenterError),
}

impl Documents {
    pub(crate) fn new(
        hub: ConfigHub,
        provider: &str,
        config: ConfigService,
        wanted: Vec<Wanted>,
        settings: ConfigCenterSettings,
        snapshots: Option<SnapshotStore>,
    ) -> Self {
        let shared = Shared {
            hub,
            provider: provider.to_owned(),
            config,
            wanted,
            settings,
            snapshots,
            states: Mutex::default(),
            taken: watch::Sender::new(()),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Loads every document, all at once, within the start timeout; all problems are returned.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends every read.
    pub(crate) async fn load(&self) -> Vec<Problem> {
        let mut reads = JoinSet::new();
        for (position, wanted) in self.shared.wanted.iter().cloned().enumerate() {
            let shared = Arc::clone(&self.shared);
            reads.spawn(async move { (position, shared.load(&wanted).await) });
        }
        let mut loaded: Vec<_> = Vec::new();
        while let Some(read) = reads.join_next().await {
            loaded.extend(read.ok());
        }
        // In the order of declaration, whichever answered first.
        loaded.sort_by_key(|(position, _)| *position);
        let taken = loaded.into_iter().filter_map(|(position, outcome)| {
            let wanted = &self.shared.wanted[position];
            match outcome {
                Ok(loaded) => self.shared.begin_with(wanted, loaded),
                Err(error) => Some(self.shared.unavailable(wanted, &error)),
            }
        });
        taken.collect()
    }

    /// Takes what comes after the load into the configuration, until the hub is closed.
    pub(crate) fn follow(&self, tasks: &TaskSet) {
        for wanted in &self.shared.wanted {
            let (shared, key) = (Arc::clone(&self.shared), wanted.key.clone());
            let known = shared.state(&key).known;
            let mut stream = shared.hub.stream_from(&key, known);
            tasks.spawn(async move {
                while let Some(event) = stream.next().await {
                    match event {
                        ConfigEvent::Current(now) => shared.take(&key, now),
                        ConfigEvent::Change(ConfigChange::Changed { new, .. }) => shared.take(&key, Some(new)),
                        ConfigEvent::Change(ConfigChange::Removed { .. }) => shared.take(&key, None),
                    }
                }
            });
        }
    }

    /// Writes a snapshot of what was loaded. After everything is bound: only then is it known what is a secret.
    pub(crate) fn write_snapshots(&self) {
        for Wanted { key, .. } in &self.shared.wanted {
            let state = self.shared.state(key);
            match &state.known {
                Some(document) if state.fresh => self.shared.write_snapshot(key, document),
                _ => {}
            }
        }
    }
}

#[cfg(feature = "testing")]
impl Documents {
    /// Waits until the state with this MD5 (`None`: the removal) was taken or refused; at once for a document that the
    /// application does not read.
    pub(crate) async fn caught_up(&self, key: &ConfigKey, md5: Option<&str>) {
        if !self.shared.wanted.iter().any(|wanted| wanted.key == *key) {
            return;
        }
        let mut taken = self.shared.taken.subscribe();
        loop {
            let known = self.shared.state(key).known;
            if known.as_ref().map(|document| document.md5.as_str()) == md5 {
                return;
            }
            // The sender lives in `self`.
            let _ = taken.changed().await;
        }
    }
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Documents").field(&self.shared.wanted).finish()
    }
}

impl Shared {
    async fn load(&self, wanted: &Wanted) -> Result<Loaded, ConfigCenterError> {
        let failure = self.settings.on_failure;
        let waits = failure == ConfigFailure::Retry && !wanted.optional;
        let budget = if wanted.optional {
            self.settings.start_timeout.min(OPTIONAL_TIMEOUT)
        } else {
            self.settings.start_timeout
        };
        let begun = Instant::now();
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            let left = budget.saturating_sub(begun.elapsed());
            let read = if waits {
                self.hub.read(&wanted.key).await
            } else {
                self.read_within(&wanted.key, left).await
            };
            let error = match read {
                Ok(found) => return Ok(Loaded::Center(found)),
                Err(error) => error,
            };
            if failure != ConfigFailure::Abort
                && let Some(snapshot) = self.snapshots.as_ref().and_then(|store| store.read(&wanted.key))
            {
                tracing::warn!("config {}: {error}; starting from a snapshot, {snapshot}", wanted.key);
                self.hub.was_told(&wanted.key, &error);
                return Ok(Loaded::Snapshot(Box::new(snapshot)));
            }
            let pause = backoff.failure();
            let hopeless = !error.is_retryable() || begun.elapsed() + pause >= budget;
            if hopeless && !waits {
                return if wanted.optional {
                    Ok(Loaded::Nothing(error))
                } else {
                    Err(error)
                };
            }
            if backoff.failures() == 1 && waits {
                tracing::warn!("config {}: {error}; waiting for it, not ready", wanted.key);
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn read_within(
        &self,
        key: &ConfigKey,
        left: Duration,
    ) -> Result<Option<Arc<ConfigResult>>, ConfigCenterError> {
        match tokio::time::timeout(left, self.hub.read(key)).await {
            Ok(read) => read,
            Err(_) => Err(ConfigCenterError::new(
                crate::error::ErrorClass::Timeout,
                self.hub.address(),
                format!("no answer within {:?}", self.settings.start_timeout),
            )),
        }
    }

    /// The first state of a document; tells what keeps the application from starting.
    fn begin_with(&self, wanted: &Wanted, loaded: Loaded) -> Option<Problem> {
        let key = &wanted.key;
        let (document, from_center) = match loaded {
            Loaded::Center(None) if !wanted.optional => return Some(self.missing(key)),
            Loaded::Center(found) => (found, true),
            Loaded::Snapshot(snapshot) => (Some(Arc::new(snapshot.document)), false),
            Loaded::Nothing(error) => {
                tracing::warn!("config {key}: {error}; optional, so it counts as empty until it can be read");
                self.hub.was_told(key, &error);
                (None, false)
            }
        };
        self.remember(key, document.clone(), from_center);
        let document = document?;
        match self.config.apply(key, Some(&self.content(key, &document))) {
            Ok(applied) => {
                self.settle(key, &applied.warnings);
                None
            }
            Err(refusal) => {
                let place = refusal.reasons.iter().find_map(|reason| match reason {
                    crate::config::ConfigError::Parse(error) => Some((error.message().to_owned(), error.origin())),
                    _ => None,
                });
                let (message, origin) = match place {
                    Some((message, origin)) => (message, origin.to_string()),
                    None => (refusal.to_string(), self.hub.full_name(key)),
                };
                Some(
                    Problem::new(ProblemKind::Config, format!("{key}   {message}"))
                        .detail("from", origin)
                        .detail("mend", "publish a document that parses"),
                )
            }
        }
    }

    /// A later state: taken whole or refused whole.
    fn take(&self, key: &ConfigKey, now: Option<Arc<ConfigResult>>) {
        let content = now.as_ref().map(|document| self.content(key, document));
        let revision = content
            .as_ref()
            .map_or_else(String::new, |content| crate::config::short_revision(&content.md5));
        match self.config.apply(key, content.as_ref()) {
            Ok(applied) => {
                for change in &applied.changes {
                    tracing::info!("config {}{revision}: {change}", key.data_id());
                }
                if now.is_none() {
                    tracing::warn!("config {key} was removed; the next source counts");
                }
                self.settle(key, &applied.warnings);
                match &now {
                    Some(document) => self.write_snapshot(key, document),
                    None => self.remove_snapshot(key),
                }
            }
            Err(refusal) => {
                tracing::warn!("{refusal}");
                self.note(key, Some(refusal.to_string()));
            }
        }
        self.remember(key, now, true);
    }

    fn remember(&self, key: &ConfigKey, document: Option<Arc<ConfigResult>>, fresh: bool) {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let state = states.entry(key.clone()).or_default();
        state.known = document;
        state.fresh = fresh;
        drop(states);
        self.taken.send_replace(());
    }

    fn settle(&self, key: &ConfigKey, warnings: &[String]) {
        for warning in warnings {
            tracing::warn!("config {key}: {warning}");
        }
        self.note(key, (!warnings.is_empty()).then(|| warnings.join("; ")));
    }

    fn note(&self, key: &ConfigKey, problem: Option<String>) {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.entry(key.clone()).or_default().problem = problem;
    }

    fn state(&self, key: &ConfigKey) -> State {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.get(key).cloned().unwrap_or_default()
    }

    fn content(&self, key: &ConfigKey, document: &ConfigResult) -> DocumentContent {
        DocumentContent {
            label: format!("{} {}", self.provider, self.hub.full_name(key)),
            md5: document.md5.clone(),
            content: Arc::clone(&document.content),
            content_type: document.content_type.clone(),
        }
    }

    fn write_snapshot(&self, key: &ConfigKey, document: &ConfigResult) {
        let Some(store) = &self.snapshots else { return };
        if !self.settings.snapshot_secrets && self.config.holds_secret(key) {
            return self.remove_snapshot(key);
        }
        if let Err(error) = store.write(key, document) {
            tracing::warn!("config {key}: no snapshot: {error}");
        }
    }

    fn remove_snapshot(&self, key: &ConfigKey) {
        let Some(store) = &self.snapshots else { return };
        if let Err(error) = store.remove(key) {
            tracing::warn!("config {key}: its snapshot stays: {error}");
        }
    }

    fn missing(&self, key: &ConfigKey) -> Problem {
        Problem::new(ProblemKind::ConfigCenter, format!("{key} does not exist"))
            .detail_at("asked", self.hub.full_name(key), self.hub.address())
            .detail(
                "mend",
                format!("publish it, or import it as `optional:{}`", key.data_id()),
            )
    }

    fn unavailable(&self, wanted: &Wanted, error: &ConfigCenterError) -> Problem {
        let key = &wanted.key;
        let snapshot = match (self.settings.on_failure, &self.snapshots) {
            (ConfigFailure::Abort, _) => "not looked for: config_center.on_failure is `abort`".to_owned(),
            (_, Some(_)) => "none of this document, or it is too old".to_owned(),
            (_, None) => "no directory for snapshots: set config_center.snapshot_dir".to_owned(),
        };
        let mend = format!(
            "start the server, or import `optional:{}`, or set config_center.on_failure to `retry`",
            key.data_id()
        );
        Problem::new(ProblemKind::ConfigCenter, format!("{key} cannot be loaded"))
            .detail_at("asked", self.hub.full_name(key), self.hub.address())
            .detail("because", with_sources(error))
            .detail("snapshot", snapshot)
            .detail("mend", mend)
    }
}

/// An error with its causes, on one line.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        source = cause.source();
    }
    text
}

#[async_trait]
impl HealthIndicator for Documents {
    fn name(&self) -> &str {
        "config"
    }

    async fn check(&self) -> Health {
        let states = self
            .shared
            .states
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let failing = self.shared.hub.last_error();
        let well = failing.is_none() && states.values().all(|state| state.problem.is_none());
        let mut health = Health::new(if well { HealthStatus::Up } else { HealthStatus::Degraded });
        for (key, state) in states {
            let revision = state
                .known
                .map_or_else(|| "absent".to_owned(), |document| document.md5.clone());
            health = health.detail(key.to_string(), state.problem.unwrap_or(revision));
        }
        match failing {
            Some(error) => health.detail("error", error),
            None => health,
        }
    }
}
