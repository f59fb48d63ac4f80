use std::sync::Arc;

use tokio::sync::watch;

use super::{ServiceInstance, ServiceRegistryError};

/// What is known of a service: nothing yet, or the last list.
pub(super) type ListState = Option<Arc<[ServiceInstance]>>;

/// The lists of a service's instances. Ends when the registry is closed; dropping it stops the watch.
#[derive(Debug)]
pub struct InstanceStream {
    lists: watch::Receiver<ListState>,
    errors: watch::Receiver<Option<Arc<ServiceRegistryError>>>,
    healthy_only: bool,
    seen: ListState,
    asked_for_error: bool,
}

impl InstanceStream {
    pub(super) fn new(
        lists: watch::Receiver<ListState>,
        errors: watch::Receiver<Option<Arc<ServiceRegistryError>>>,
        healthy_only: bool,
    ) -> Self {
        Self {
            lists,
            errors,
            healthy_only,
            seen: None,
            asked_for_error: false,
        }
    }

    /// The next list, by address; `None` when the registry was closed. The same list is never given twice.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Arc<[ServiceInstance]>> {
        loop {
            let state = self.lists.borrow_and_update().clone();
            if let Some(list) = state.map(|list| self.filtered(list))
                && self.seen.as_ref() != Some(&list)
            {
                self.seen = Some(Arc::clone(&list));
                return Some(list);
            }
            self.lists.changed().await.ok()?;
        }
    }

    /// The last error, as soon as there is one; each is given once.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn failed(&mut self) -> Arc<ServiceRegistryError> {
        loop {
            if std::mem::replace(&mut self.asked_for_error, true) && self.errors.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            if let Some(error) = self.errors.borrow_and_update().clone() {
                return error;
            }
        }
    }

    fn filtered(&self, list: Arc<[ServiceInstance]>) -> Arc<[ServiceInstance]> {
        if self.healthy_only && !list.iter().all(ServiceInstance::is_routable) {
            return list.iter().filter(|instance| instance.is_routable()).cloned().collect();
        }
        list
    }
}
