use std::fmt;
use std::sync::Arc;

use super::build::Stored;
use super::graph::Slot;
use super::token::TypeIdMap;
use super::{Hooks, LookUpError, Resources, Token};

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
    pub(crate) visible: TypeIdMap<Visible>,
    pub(crate) resources: Resources,
    pub(crate) hooks: Vec<Hooks>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Visible {
    One(Slot),
    Several(usize),
}

impl Frozen {
    pub(crate) fn shared<T: ?Sized + Send + Sync + 'static>(&self, slot: Slot) -> Option<Arc<T>> {
        self.stored::<T>(slot).cloned()
    }

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
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, LookUpError> {
        self.find::<T>().cloned()
    }

    /// The component that provides `T`, without counting a reference.
    ///
    /// # Errors
    ///
    /// When none does, or several do.
    pub fn get_ref<T: ?Sized + Send + Sync + 'static>(&self) -> Result<&T, LookUpError> {
        self.find::<T>().map(AsRef::as_ref)
    }

    fn find<T: ?Sized + Send + Sync + 'static>(&self) -> Result<&Arc<T>, LookUpError> {
        let token = Token::of::<T>();
        match self.frozen.visible.get(&token.id()) {
            Some(Visible::One(slot)) => self
                .frozen
                .stored(*slot)
                .ok_or(LookUpError::Missing { token: token.name() }),
            Some(Visible::Several(count)) => Err(LookUpError::Ambiguous {
                token: token.name(),
                count: *count,
            }),
            None => Err(LookUpError::Missing { token: token.name() }),
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
