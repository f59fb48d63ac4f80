//! Tasks with an owner: everything the client spawns is held by a [`TaskSet`] and joined when the client closes.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::task::{AbortHandle, JoinSet};

/// A set of tasks that is closed and joined by its owner; dropping it aborts what still runs.
#[derive(Debug, Default)]
pub(crate) struct TaskSet {
    /// `None` once closed: nothing can be spawned behind the owner's back.
    tasks: Mutex<Option<JoinSet<()>>>,
}

impl TaskSet {
    pub(crate) fn new() -> Self {
        Self {
            tasks: Mutex::new(Some(JoinSet::new())),
        }
    }

    /// Spawns on the current runtime; after [`TaskSet::close`] the future is dropped instead, and there is no handle.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> Option<AbortHandle> {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let tasks = tasks.as_mut()?;
        while tasks.try_join_next().is_some() {}
        Some(tasks.spawn(task))
    }

    /// Tasks that have not ended yet.
    pub(crate) fn len(&self) -> usize {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.as_mut().map_or(0, |tasks| {
            while tasks.try_join_next().is_some() {}
            tasks.len()
        })
    }

    /// Waits for the tasks to end by themselves, at most `grace`, then aborts and joins the rest.
    /// Returns how many had to be aborted.
    pub(crate) async fn close(&self, grace: Duration) -> usize {
        let taken = self.tasks.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut tasks) = taken else { return 0 };
        let ended = tokio::time::timeout(grace, async { while tasks.join_next().await.is_some() {} }).await;
        let left = tasks.len();
        if ended.is_err() {
            tasks.shutdown().await;
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn close_joins_what_ends_and_aborts_what_does_not() {
        let set = TaskSet::new();
        set.spawn(async {});
        set.spawn(std::future::pending());
        assert_eq!(set.close(Duration::from_secs(1)).await, 1);
        assert_eq!(set.len(), 0);
    }

    #[tokio::test]
    async fn nothing_is_spawned_after_close() {
        let set = TaskSet::new();
        set.close(Duration::ZERO).await;
        let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
        set.spawn(async move {
            let _ = sender.send(());
        });
        assert!(receiver.await.is_err());
    }
}
