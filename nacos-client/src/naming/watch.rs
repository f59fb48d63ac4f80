//! What a watcher of a service sees: all instances first, then differences.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::sync::watch;

use super::poll::{Listed, WatchedService};
use super::{Instance, NamingClient, ServiceKey};

/// The instances of a service and how they differ from what this watcher was told before.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ServiceChange {
    /// All of them, healthy or not.
    pub instances: Arc<Vec<Instance>>,
    /// Those whose address is new; all of them the first time.
    pub added: Vec<Instance>,
    /// Those that are gone, as they were.
    pub removed: Vec<Instance>,
    /// Those of which anything else is new, as they are now.
    pub changed: Vec<Instance>,
}

impl NamingClient {
    /// Watches a service (a name or a [`ServiceKey`]): its instances first, then each change. Several watchers of
    /// one service share one poll. An empty list is told only when it lasts; see
    /// [`ClientBuilder::empty_protection`](crate::ClientBuilder::empty_protection).
    ///
    /// Must be called within a tokio runtime. A key with an illegal name yields nothing: it ends at once, with one
    /// warning in the log.
    pub fn watch(&self, service: impl Into<ServiceKey>) -> ServiceChanges {
        let service = service.into();
        match service.resolve(&self.inner.core.namespace) {
            Ok(resolved) => ServiceChanges::new(Some(self.inner.service_watches.join(&self.inner, resolved))),
            Err(error) => {
                tracing::warn!(%service, %error, "cannot watch this service");
                ServiceChanges::new(None)
            }
        }
    }
}

type Next = Pin<Box<dyn Future<Output = (bool, watch::Receiver<Listed>)> + Send>>;

/// A watch of one service: `next().await`, or a [`Stream`]. It ends (`None`) only when the client closes.
#[must_use = "a watch does nothing unless it is read"]
pub struct ServiceChanges {
    told: Listed,
    next: Option<Next>,
    /// Keeps the poll alive as long as somebody watches.
    _watched: Option<Arc<WatchedService>>,
}

impl ServiceChanges {
    fn new(watched: Option<(Arc<WatchedService>, watch::Receiver<Listed>)>) -> Self {
        let (watched, next) = match watched {
            Some((watched, receiver)) => (Some(watched), Some(wait(receiver))),
            None => (None, None),
        };
        Self {
            told: None,
            next,
            _watched: watched,
        }
    }

    /// The instances, then the next change; `None` once the client is closed.
    ///
    /// # Cancel safety
    /// Safe: nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<ServiceChange> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<ServiceChange>> {
        loop {
            let Some(next) = self.next.as_mut() else {
                return Poll::Ready(None);
            };
            let (open, mut receiver) = ready!(next.as_mut().poll(context));
            if !open {
                self.next = None;
                return Poll::Ready(None);
            }
            let listed = receiver.borrow_and_update().clone();
            self.next = Some(wait(receiver));
            let Some(instances) = listed else { continue };
            let change = difference(self.told.as_ref(), &instances);
            let first = self.told.replace(instances).is_none();
            if first || !change.is_empty() {
                return Poll::Ready(Some(change));
            }
        }
    }
}

impl ServiceChange {
    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

fn wait(mut receiver: watch::Receiver<Listed>) -> Next {
    Box::pin(async move {
        let open = receiver.changed().await.is_ok();
        (open, receiver)
    })
}

fn difference(old: Option<&Arc<Vec<Instance>>>, new: &Arc<Vec<Instance>>) -> ServiceChange {
    let by_address = |instances: Option<&Arc<Vec<Instance>>>| -> BTreeMap<(String, u16), Instance> {
        let instances = instances
            .map(|instances| instances.iter().cloned())
            .into_iter()
            .flatten();
        instances
            .map(|instance| ((instance.ip.clone(), instance.port), instance))
            .collect()
    };
    let mut before = by_address(old);
    let (mut added, mut changed) = (Vec::new(), Vec::new());
    for instance in new.iter() {
        match before.remove(&(instance.ip.clone(), instance.port)) {
            None => added.push(instance.clone()),
            Some(old) if old != *instance => changed.push(instance.clone()),
            Some(_) => {}
        }
    }
    ServiceChange {
        instances: Arc::clone(new),
        added,
        removed: before.into_values().collect(),
        changed,
    }
}

impl Stream for ServiceChanges {
    type Item = ServiceChange;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<ServiceChange>> {
        self.poll(context)
    }
}

impl fmt::Debug for ServiceChanges {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ServiceChanges")
            .field("told", &self.told)
            .finish_non_exhaustive()
    }
}
