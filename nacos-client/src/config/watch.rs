//! What a watcher sees: the current state first, then changes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::sync::watch;

use super::poll::{Seen, Watched};
use super::{ConfigClient, ConfigDocument, ConfigKey};

/// One thing that a [`ConfigChanges`] tells.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigChange {
    /// The first one: the configuration as it is, or `None` when there is none.
    Current(Option<Arc<ConfigDocument>>),
    /// The content is another one (by MD5), or there is one now.
    Changed {
        /// What this watcher was told before.
        old: Option<Arc<ConfigDocument>>,
        /// What is now.
        new: Arc<ConfigDocument>,
    },
    /// The configuration was deleted; confirmed by a second read.
    Removed {
        /// What this watcher was told before.
        old: Arc<ConfigDocument>,
    },
}

impl ConfigClient {
    /// Watches a configuration: the current state first, then each change. Several watchers of one key share one
    /// poll. A watcher that is slow sees the latest state, not each one between; dropping it ends its watch.
    ///
    /// Must be called within a tokio runtime. A key with an illegal name yields nothing: it ends at once, with
    /// one warning in the log.
    pub fn watch(&self, key: &ConfigKey) -> ConfigChanges {
        match key.resolve(&self.inner.core.namespace) {
            Ok(key) => ConfigChanges::new(Some(self.inner.watches.join(&self.inner, key))),
            Err(error) => {
                tracing::warn!(%key, %error, "cannot watch this configuration");
                ConfigChanges::new(None)
            }
        }
    }
}

type Next = Pin<Box<dyn Future<Output = (bool, watch::Receiver<Seen>)> + Send>>;

/// A watch of one configuration: `next().await`, or a [`Stream`]. It ends (`None`) only when the client closes.
#[must_use = "a watch does nothing unless it is read"]
pub struct ConfigChanges {
    told: Seen,
    next: Option<Next>,
    /// Keeps the poll alive as long as somebody watches.
    _watched: Option<Arc<Watched>>,
}

impl ConfigChanges {
    fn new(watched: Option<(Arc<Watched>, watch::Receiver<Seen>)>) -> Self {
        let (watched, next) = match watched {
            Some((watched, receiver)) => (Some(watched), Some(wait(receiver))),
            None => (None, None),
        };
        Self {
            told: Seen::Nothing,
            next,
            _watched: watched,
        }
    }

    /// The next state or change; `None` once the client is closed.
    ///
    /// # Cancel safety
    /// Safe: nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<ConfigChange> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<ConfigChange>> {
        loop {
            let Some(next) = self.next.as_mut() else {
                return Poll::Ready(None);
            };
            let (open, mut receiver) = ready!(next.as_mut().poll(context));
            if !open {
                self.next = None;
                return Poll::Ready(None);
            }
            let seen = receiver.borrow_and_update().clone();
            self.next = Some(wait(receiver));
            if let Some(change) = self.told.step(seen) {
                return Poll::Ready(Some(change));
            }
        }
    }
}

fn wait(mut receiver: watch::Receiver<Seen>) -> Next {
    Box::pin(async move {
        let open = receiver.changed().await.is_ok();
        (open, receiver)
    })
}

impl Stream for ConfigChanges {
    type Item = ConfigChange;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<ConfigChange>> {
        self.poll(context)
    }
}

impl fmt::Debug for ConfigChanges {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConfigChanges")
            .field("told", &self.told)
            .finish_non_exhaustive()
    }
}
