//! Changes by callback.

use std::fmt;

use tokio::task::AbortHandle;

use super::{ConfigChange, ConfigClient, ConfigKey};

impl ConfigClient {
    /// Calls `listener` with the current state, then with each change, in a task of its own: a slow one delays no
    /// other, and one that panics ends alone. Dropping the subscription ends it.
    #[must_use = "dropping the subscription ends it"]
    pub fn listen(
        &self,
        key: &ConfigKey,
        mut listener: impl FnMut(ConfigChange) + Send + 'static,
    ) -> ConfigSubscription {
        let mut changes = self.watch(key);
        let task = self.inner.tasks.spawn(async move {
            while let Some(change) = changes.next().await {
                listener(change);
            }
        });
        ConfigSubscription { task }
    }
}

/// A listener at work; ends when it is dropped.
#[must_use = "dropping the subscription ends it"]
pub struct ConfigSubscription {
    task: Option<AbortHandle>,
}

impl ConfigSubscription {
    /// True once it has ended: the client was closed, or the listener panicked.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.task.as_ref().is_none_or(AbortHandle::is_finished)
    }
}

impl Drop for ConfigSubscription {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl fmt::Debug for ConfigSubscription {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConfigSubscription")
            .field("ended", &self.is_ended())
            .finish()
    }
}
