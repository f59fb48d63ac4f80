use std::sync::Arc;

use tokio::sync::watch;

use super::{ConfigChange, ConfigResult};

/// What a stream gives: the state at its beginning, then each change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigEvent {
    /// The state when the stream began; `None`: there is no such document.
    Current(Option<Arc<ConfigResult>>),
    /// What became of it since.
    Change(ConfigChange),
}

/// `None` until the document was read for the first time, then what it is.
pub(super) type DocumentState = Option<Option<Arc<ConfigResult>>>;

/// The states of a document. Ends when the center is closed; dropping it stops the watch.
#[derive(Debug)]
pub struct ConfigStream {
    receiver: watch::Receiver<DocumentState>,
    seen: DocumentState,
}

impl ConfigStream {
    pub(super) fn new(receiver: watch::Receiver<DocumentState>) -> Self {
        Self { receiver, seen: None }
    }

    /// Continues from a state that is known: what differs from it is a change.
    pub(super) fn from_known(receiver: watch::Receiver<DocumentState>, known: Option<Arc<ConfigResult>>) -> Self {
        Self {
            receiver,
            seen: Some(known),
        }
    }

    /// The next event; `None` when the center was closed. The same state is never given twice.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<ConfigEvent> {
        loop {
            let state = self.receiver.borrow_and_update().clone();
            if let Some(event) = state.and_then(|now| self.event(now)) {
                return Some(event);
            }
            self.receiver.changed().await.ok()?;
        }
    }

    fn event(&mut self, now: Option<Arc<ConfigResult>>) -> Option<ConfigEvent> {
        let Some(before) = self.seen.replace(now.clone()) else {
            return Some(ConfigEvent::Current(now));
        };
        match (before, now) {
            (None, None) => None,
            (Some(old), Some(new)) if old.md5 == new.md5 => None,
            (old, Some(new)) => Some(ConfigEvent::Change(ConfigChange::Changed { old, new })),
            (Some(old), None) => Some(ConfigEvent::Change(ConfigChange::Removed { old })),
        }
    }
}
