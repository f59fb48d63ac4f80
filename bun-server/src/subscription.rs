use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::watch;

const IDLE: u8 = 0;
const CALLING: u8 = 1;
const STOPPED: u8 = 2;

/// Keeps a listener subscribed; dropping it stops the calls. A call that has begun ends; after the drop none begins.
#[must_use = "dropping a subscription ends it"]
pub struct Subscription {
    state: Arc<AtomicU8>,
    _dropped: watch::Sender<()>,
}

/// The other half: held by the task that calls the listener.
pub(crate) struct Listening {
    state: Arc<AtomicU8>,
    dropped: watch::Receiver<()>,
    what: String,
}

pub(crate) fn subscription(what: impl Into<String>) -> (Subscription, Listening) {
    let state = Arc::new(AtomicU8::new(IDLE));
    let (sender, dropped) = watch::channel(());
    (
        Subscription {
            state: Arc::clone(&state),
            _dropped: sender,
        },
        Listening {
            state,
            dropped,
            what: what.into(),
        },
    )
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.state.store(STOPPED, Ordering::SeqCst);
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}

impl Listening {
    /// Ends when the subscription is dropped.
    pub(crate) async fn ended(&mut self) {
        while self.dropped.changed().await.is_ok() {}
    }

    /// Calls the listener unless the subscription is gone; a panic harms nobody else. `false`: it is over.
    pub(crate) fn call(&self, listener: impl FnOnce()) -> bool {
        if self
            .state
            .compare_exchange(IDLE, CALLING, Ordering::SeqCst, Ordering::SeqCst)
            .is_err()
        {
            return false;
        }
        if catch_unwind(AssertUnwindSafe(listener)).is_err() {
            tracing::error!("a listener of {} panicked; it stays subscribed", self.what);
        }
        self.state
            .compare_exchange(CALLING, IDLE, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_call_begins_after_the_drop() {
        let (subscription, mut listening) = subscription("a test");
        let mut calls = 0;
        assert!(listening.call(|| calls += 1));
        assert!(listening.call(|| panic!("on purpose")));
        drop(subscription);
        listening.ended().await;
        assert!(!listening.call(|| calls += 1));
        assert_eq!(calls, 1);
    }

    #[test]
    fn a_listener_may_end_its_own_subscription() {
        let (subscription, listening) = subscription("a test");
        assert!(!listening.call(move || drop(subscription)));
    }
}
