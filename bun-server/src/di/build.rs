use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

use super::container::{Container, Frozen};
use super::graph::{Graph, Slot};
use super::{BoxError, ConstructionError, Hooks, Resources};

/// An `Arc<T>`, its type erased.
pub(crate) type Stored = Box<dyn Any + Send + Sync>;

/// Handed to a constructor: gives what it asked for, in the order in which it asked, and takes what it made.
pub struct Construction<'a> {
    slots: &'a mut Vec<Option<Stored>>,
    targets: std::slice::Iter<'a, Option<Slot>>,
    first_slot: Slot,
    resources: &'a Resources,
    hooks: &'a mut Vec<Hooks>,
    frozen: &'a Arc<OnceLock<Weak<Frozen>>>,
}

impl Construction<'_> {
    /// What the application hands out besides its components.
    #[must_use]
    pub fn resources(&self) -> &Resources {
        self.resources
    }

    /// Puts what answers the component's token number `index`.
    pub fn put<T: ?Sized + Send + Sync + 'static>(&mut self, index: u32, value: Arc<T>) {
        if let Some(slot) = self.slots.get_mut(self.first_slot.plus(index).position()) {
            *slot = Some(Box::new(value));
        }
    }

    /// Adds hooks to run at start and stop.
    pub fn hook(&mut self, hooks: Hooks) {
        self.hooks.push(hooks);
    }

    /// What the check found for the next dependency.
    pub(crate) fn next_target(&mut self) -> Option<Slot> {
        self.targets.next().copied().flatten()
    }

    pub(crate) fn shared<T: ?Sized + Send + Sync + 'static>(&self, target: Option<Slot>) -> Result<Arc<T>, BoxError> {
        target
            .and_then(|slot| self.slots.get(slot.position()))
            .and_then(|stored| stored.as_ref()?.downcast_ref::<Arc<T>>())
            .cloned()
            .ok_or_else(|| {
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
}

impl fmt::Debug for Construction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Construction")
            .field("left", &self.targets.len())
            .finish_non_exhaustive()
    }
}

impl Graph {
    /// Constructs every component, each after what it needs, and freezes the result.
    ///
    /// # Errors
    ///
    /// The first constructor that fails; what was built before it is dropped again, the last one first.
    pub fn build(self, resources: Resources) -> Result<Container, ConstructionError> {
        let later = Arc::new(OnceLock::new());
        let mut slots: Vec<Option<Stored>> = Vec::new();
        slots.resize_with(self.slot_count(), || None);
        let mut hooks = Vec::new();
        for (done, index) in self.order.iter().enumerate() {
            let node = &self.nodes[*index];
            let mut construction = Construction {
                slots: &mut slots,
                targets: self.targets[node.targets.clone()].iter(),
                first_slot: node.first_slot,
                resources: &resources,
                hooks: &mut hooks,
                frozen: &later,
            };
            if let Err(source) = node.definition.constructor.call(&mut construction) {
                hooks.clear();
                for built in self.order[..done].iter().rev() {
                    let node = &self.nodes[*built];
                    for index in 0..node.definition.provides.len() {
                        slots[node.first_slot.position() + index] = None;
                    }
                }
                let component = (node.definition.name)();
                return Err(ConstructionError {
                    component,
                    at: node.definition.at,
                    source,
                });
            }
        }
        let frozen = Arc::new(Frozen {
            slots,
            order: self.drop_order(),
            visible: self.visible_from_root(),
            resources,
            hooks,
        });
        // Nobody else sets it: the graph is built once.
        let _ = later.set(Arc::downgrade(&frozen));
        Ok(Container::new(frozen))
    }
}
