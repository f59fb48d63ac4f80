use std::any::{TypeId, type_name};
use std::fmt;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use super::construction::Stored;
use super::graph::Slot;
use super::handlers::HandlerTargets;
use super::late::{self, Recipes};
use super::look_up::LookUpTable;
use super::token::{QualifiedMap, TypeIdMap};
use super::{CreateError, Hooks, LookUpError, Qualified, RequestScope, Resources, SourceLocation};

/// The components of one application: built once, never changed, shared by cheap clones.
#[derive(Clone)]
pub struct Container {
    frozen: Arc<Frozen>,
}

pub(crate) struct Frozen {
    pub(crate) slots: Vec<Option<Stored>>,
    /// Slots in the order in which they are dropped.
    pub(crate) order: Vec<Slot>,
    /// What a token means seen from the application itself.
    pub(super) visible: LookUpTable,
    /// The same under a qualifier.
    pub(super) qualified: QualifiedMap<Option<Slot>>,
    /// What the handlers of a controller mean by a token, where it is something else than for the application.
    pub(super) handlers: TypeIdMap<HandlerTargets>,
    pub(crate) resources: Resources,
    pub(crate) hooks: Vec<Hooks>,
    /// How transient components and those of a request are made; `None` when there are none.
    pub(super) recipes: Option<Box<Recipes>>,
    /// How long each construction took.
    pub(super) times: Vec<ConstructionTime>,
    /// Itself, for what looks it up later.
    pub(super) later: Arc<OnceLock<Weak<Self>>>,
}

/// How long the construction of one component took; of an async one, from its beginning to its end.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ConstructionTime {
    /// Path of the component's type.
    pub component: &'static str,
    /// Where it is declared.
    pub at: SourceLocation,
    /// From the call of its constructor to its end.
    pub took: Duration,
}

impl Frozen {
    pub(crate) fn shared<T: ?Sized + Send + Sync + 'static>(&self, slot: Slot) -> Option<Arc<T>> {
        self.stored::<T>(slot).cloned()
    }

    #[inline]
    fn stored<T: ?Sized + Send + Sync + 'static>(&self, slot: Slot) -> Option<&Arc<T>> {
        self.slots.get(slot.position())?.as_ref()?.downcast_ref()
    }
}

impl Drop for Frozen {
    /// The last one built is let go first.
    fn drop(&mut self) {
        self.hooks.clear();
        for slot in std::mem::take(&mut self.order) {
            self.slots[slot.position()] = None;
        }
    }
}

impl Container {
    pub(crate) fn new(frozen: Arc<Frozen>) -> Self {
        Self { frozen }
    }

    /// The component that provides `T`.
    ///
    /// # Errors
    ///
    /// When none does, or several do.
    #[inline]
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, LookUpError> {
        self.find::<T>().cloned()
    }

    /// The component that provides `T` under the qualifier `Q`.
    ///
    /// # Errors
    ///
    /// When none does, or several do.
    pub fn get_qualified<T: ?Sized + Send + Sync + 'static, Q: ?Sized + 'static>(&self) -> Result<Arc<T>, LookUpError> {
        let token = type_name::<Qualified<T, Q>>();
        let key = (TypeId::of::<T>(), TypeId::of::<Q>());
        let found = self.frozen.qualified.get(&key).ok_or(LookUpError::Missing { token })?;
        let slot = found.ok_or(LookUpError::Ambiguous { token })?;
        let not_stored = || self.frozen.not_stored(token, slot);
        self.frozen.shared(slot).ok_or_else(not_stored)
    }

    /// The component that provides `T`, without counting a reference.
    ///
    /// # Errors
    ///
    /// When none does, or several do.
    #[inline]
    pub fn get_ref<T: ?Sized + Send + Sync + 'static>(&self) -> Result<&T, LookUpError> {
        self.find::<T>().map(AsRef::as_ref)
    }

    /// A new one of the transient component that provides `T`.
    ///
    /// # Errors
    ///
    /// When none does, or several do; when it is a singleton or lives in a request; when its constructor fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was made.
    pub async fn create<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, CreateError> {
        let token = type_name::<T>();
        let slot = self.frozen.visible.look_up(token, TypeId::of::<T>())?;
        if self.frozen.stored::<T>(slot).is_some() {
            return Err(LookUpError::Singleton { token }.into());
        }
        late::make::<T>(&self.frozen, slot, None).await
    }

    /// Begins a request by hand, for work that does not come in by HTTP.
    #[must_use]
    pub fn request_scope(&self) -> RequestScope {
        RequestScope::new(Arc::clone(&self.frozen))
    }

    /// What the handlers of a controller mean by their tokens, where that is something else than for the application.
    pub(crate) fn handlers(&self, handlers: TypeId) -> Option<&HandlerTargets> {
        self.frozen.handlers.get(&handlers)
    }

    #[inline]
    fn find<T: ?Sized + Send + Sync + 'static>(&self) -> Result<&Arc<T>, LookUpError> {
        let id = const { TypeId::of::<T>() };
        let found = self.frozen.visible.get(id).and_then(|slot| self.frozen.stored(slot));
        match found {
            Some(shared) => Ok(shared),
            None => Err(self.frozen.not_found(type_name::<T>(), id)),
        }
    }

    /// Every component that provides `T`, whichever module shows it; in the order of construction.
    #[must_use]
    pub fn all<T: ?Sized + Send + Sync + 'static>(&self) -> Vec<Arc<T>> {
        let stored = |slot: &Slot| self.frozen.shared::<T>(*slot);
        self.frozen.order.iter().rev().filter_map(stored).collect()
    }

    /// What the application hands out besides its components.
    #[must_use]
    pub fn resources(&self) -> &Resources {
        &self.frozen.resources
    }

    /// How long each construction at the start took, in the order in which they ended.
    #[must_use]
    pub fn construction_times(&self) -> &[ConstructionTime] {
        &self.frozen.times
    }

    /// Hooks in the order of construction.
    #[must_use]
    pub fn hooks(&self) -> &[Hooks] {
        &self.frozen.hooks
    }
}

impl fmt::Debug for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Container({} tokens)", self.frozen.slots.len())
    }
}
