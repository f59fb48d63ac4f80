use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::microservice::service_registry::ServiceInstance;

/// An instance that may be picked, and what is under way to it. Its state survives changes of the list.
#[derive(Debug)]
pub struct Candidate {
    instance: ServiceInstance,
    active: Arc<AtomicUsize>,
}

impl Candidate {
    /// An instance to which nothing is under way.
    #[must_use]
    pub fn new(instance: ServiceInstance) -> Self {
        Self {
            instance,
            active: Arc::default(),
        }
    }

    /// The same place with what the registry says of it now.
    #[must_use]
    pub fn renewed(&self, instance: ServiceInstance) -> Self {
        Self {
            instance,
            active: Arc::clone(&self.active),
        }
    }

    /// The instance.
    #[must_use]
    pub fn instance(&self) -> &ServiceInstance {
        &self.instance
    }

    /// Calls under way.
    #[must_use]
    pub fn active(&self) -> usize {
        self.active.load(Ordering::Relaxed)
    }

    /// Counts a call until the guard is dropped.
    pub(crate) fn begin(&self) -> ActiveCall {
        self.active.fetch_add(1, Ordering::Relaxed);
        ActiveCall(Arc::clone(&self.active))
    }
}

/// A call under way.
#[derive(Debug)]
pub(crate) struct ActiveCall(Arc<AtomicUsize>);

impl Drop for ActiveCall {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A way to choose; makes one [`Picker`] per service, so that services do not share a cursor.
pub trait LoadBalancer: Send + Sync + fmt::Debug + 'static {
    /// A picker for one service.
    fn picker(&self) -> Box<dyn Picker>;
}

/// Chooses among the instances of one service.
pub trait Picker: Send + Sync + fmt::Debug {
    /// The position of the one that is called next; `candidates` is never empty.
    fn pick(&self, candidates: &[Arc<Candidate>]) -> usize;
}
