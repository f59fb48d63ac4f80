use std::any::Any;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock, Weak};

use super::container::Frozen;
use super::graph::{Slot, Target};
use super::late::Late;
use super::{BoxError, Hooks, Made, Resources, Shareable};

/// An `Arc<T>`, its type erased.
pub(crate) type Stored = Box<dyn Any + Send + Sync>;

/// Puts what an async constructor made.
pub(crate) type Finish = Box<dyn FnOnce(&mut Construction<'_>) + Send>;
/// A constructor that is under way.
pub(crate) type Pending = Pin<Box<dyn Future<Output = Result<Finish, BoxError>> + Send>>;

/// Handed to a constructor: gives what it asked for, in the order in which it asked, and takes what it made.
pub struct Construction<'a> {
    pub(super) stage: Stage<'a>,
    pub(super) targets: std::slice::Iter<'a, Target>,
    pub(super) resources: &'a Resources,
    pub(super) frozen: &'a Arc<OnceLock<Weak<Frozen>>>,
    pub(super) pending: &'a mut Option<Pending>,
}

/// When something is made.
pub(super) enum Stage<'a> {
    /// At the start of the application.
    Start(Start<'a>),
    /// By a factory or in a request.
    Late(Late<'a>),
}

pub(super) struct Start<'a> {
    pub(super) slots: &'a mut Vec<Option<Stored>>,
    pub(super) first_slot: Slot,
    pub(super) hooks: &'a mut Vec<(usize, Hooks)>,
    /// Position in the order of construction.
    pub(super) position: usize,
}

impl<'a> Construction<'a> {
    /// What the application hands out besides its components.
    #[must_use]
    pub fn resources(&self) -> &Resources {
        self.resources
    }

    /// Puts what answers the component's token number `index`.
    pub fn put<T: ?Sized + Shareable>(&mut self, index: u32, value: Arc<T>) {
        match &mut self.stage {
            Stage::Start(start) => {
                if let Some(slot) = start.slots.get_mut(start.first_slot.plus(index).position()) {
                    *slot = Some(Box::new(value));
                }
            }
            Stage::Late(late) => late.put(index, value),
        }
    }

    /// Takes what a constructor made, now or when it is there; `put` puts it in its places.
    pub fn finish<T: Send + 'static>(
        &mut self,
        made: Made<T>,
        put: impl FnOnce(&mut Construction<'_>, T) + Send + 'static,
    ) {
        match made {
            Made::Now(value) => put(self, value),
            Made::Later(later) => {
                *self.pending = Some(Box::pin(async move {
                    let value = later.await?;
                    Ok(Box::new(move |construction: &mut Construction<'_>| put(construction, value)) as Finish)
                }));
            }
        }
    }

    /// Adds hooks to run at start and stop. Only singletons have some.
    pub fn hook(&mut self, hooks: Hooks) {
        if let Stage::Start(start) = &mut self.stage {
            start.hooks.push((start.position, hooks));
        }
    }

    /// What the application's server, or who began the request by hand, tells of the request in which the component lives.
    /// A handle of your own that needs it has an [`Edge`](super::Edge) with [`How::Request`](super::How::Request).
    ///
    /// # Errors
    ///
    /// When nothing of that type was told.
    pub fn of_request<T: Clone + Send + Sync + 'static>(&mut self) -> Result<T, BoxError> {
        self.targets.next();
        match &self.stage {
            Stage::Start(_) => None,
            Stage::Late(late) => late.of_request::<T>(),
        }
        .ok_or_else(|| {
            let name = std::any::type_name::<T>();
            format!("the request was begun without {name}: `request_scope().with(..)` gives it").into()
        })
    }

    /// What the check found for the next dependency.
    pub(crate) fn next_target(&mut self) -> Option<Slot> {
        self.next_targets().first().copied()
    }

    /// The same where several may have been found.
    pub(crate) fn next_targets(&mut self) -> &'a [Slot] {
        self.targets.next().map_or(&[], Target::slots)
    }

    pub(crate) fn shared<T: ?Sized + Send + Sync + 'static>(
        &mut self,
        target: Option<Slot>,
    ) -> Result<Arc<T>, BoxError> {
        let found = match (&mut self.stage, target) {
            (Stage::Start(start), Some(slot)) => start
                .slots
                .get(slot.position())
                .and_then(|stored| stored.as_ref()?.downcast_ref::<Arc<T>>())
                .cloned(),
            (Stage::Late(late), Some(slot)) => late.shared::<T>(slot)?,
            (_, None) => None,
        };
        found.ok_or_else(|| {
            format!(
                "{} is not there: a field was read in another order than declared",
                std::any::type_name::<T>()
            )
            .into()
        })
    }

    pub(crate) fn later(&self) -> Arc<OnceLock<Weak<Frozen>>> {
        Arc::clone(self.frozen)
    }

    /// The request for which something is made, if it is for one.
    pub(crate) fn request(&self) -> Option<&Arc<super::request_scope::RequestState>> {
        match &self.stage {
            Stage::Start(_) => None,
            Stage::Late(late) => late.request,
        }
    }
}

impl fmt::Debug for Construction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Construction")
            .field("left", &self.targets.len())
            .finish_non_exhaustive()
    }
}
