//! The first state of each document: from the center, else from a snapshot, else a problem that says what to do.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Shared, Wanted};
use crate::backoff::Backoff;
use crate::config::ConfigError;
use crate::di::{Problem, ProblemKind};
use crate::error::{ErrorClass, with_sources};
use crate::microservice::config_center::{ConfigCenterError, ConfigFailure, ConfigKey, ConfigResult, Snapshot};

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// An optional document is not waited for as long as one that must be there.
const OPTIONAL_TIMEOUT: Duration = Duration::from_secs(3);

/// What a document was found to be.
pub(super) enum Loaded {
    Center(Option<Arc<ConfigResult>>),
    Snapshot(Box<Snapshot>),
    /// Optional, and no server answered.
    Nothing(ConfigCenterError),
}

impl Shared {
    pub(super) async fn load(&self, wanted: &Wanted) -> Result<Loaded, ConfigCenterError> {
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
                ErrorClass::Timeout,
                self.hub.address(),
                format!("no answer within {:?}", self.settings.start_timeout),
            )),
        }
    }

    /// The first state of a document; tells what keeps the application from starting.
    pub(super) fn begin_with(&self, wanted: &Wanted, loaded: Loaded) -> Option<Problem> {
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
                    ConfigError::Parse(error) => Some((error.message().to_owned(), error.origin())),
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

    fn missing(&self, key: &ConfigKey) -> Problem {
        Problem::new(ProblemKind::ConfigCenter, format!("{key} does not exist"))
            .detail_at("asked", self.hub.full_name(key), self.hub.address())
            .detail(
                "mend",
                format!("publish it, or import it as `optional:{}`", key.data_id()),
            )
    }

    pub(super) fn unavailable(&self, wanted: &Wanted, error: &ConfigCenterError) -> Problem {
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
