mod load;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{ConfigCenterSettings, ConfigChange, ConfigEvent, ConfigHub, ConfigKey, ConfigResult, SnapshotStore};
use crate::config::{ConfigService, DocumentContent};
use crate::di::Problem;
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
