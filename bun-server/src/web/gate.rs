use std::sync::OnceLock;

use axum::Router;
use tokio::sync::watch;

use crate::di::Container;

/// How far an application has come; never back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Phase {
    /// Nothing but `/health/live` is answered.
    Starting,
    /// Everything is answered.
    Ready,
    /// It serves what comes, and takes its leave.
    Stopping,
    /// Nothing runs any more.
    Stopped,
}

/// What decides how a request is answered: the phase, and the router once there is one.
#[derive(Debug)]
pub(crate) struct Gate {
    phase: watch::Sender<Phase>,
    router: OnceLock<Router>,
    /// Where handlers have their components from.
    container: OnceLock<Container>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self {
            phase: watch::Sender::new(Phase::Starting),
            router: OnceLock::new(),
            container: OnceLock::new(),
        }
    }

    /// A gate with a router of its own that is in the same phase as `other`, at every moment.
    pub(crate) fn following(other: &Self) -> Self {
        Self {
            phase: other.phase.clone(),
            router: OnceLock::new(),
            container: OnceLock::new(),
        }
    }

    /// Opens the gate; only the first router counts.
    pub(crate) fn open(&self, router: Router) {
        let _ = self.router.set(router);
    }

    /// Says where handlers have their components from; only the first one counts.
    pub(crate) fn serve(&self, container: Container) {
        let _ = self.container.set(container);
    }

    pub(super) fn container(&self) -> Option<&Container> {
        self.container.get()
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.send_if_modified(|now| {
            let forward = phase > *now;
            if forward {
                *now = phase;
            }
            forward
        });
    }

    pub(crate) fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    pub(crate) fn phases(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    /// Routes answer from the moment at which the start is complete, and until the very end.
    pub(super) fn router(&self) -> Option<&Router> {
        if self.phase() == Phase::Starting {
            None
        } else {
            self.router.get()
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        self.phase() >= Phase::Stopping
    }
}
