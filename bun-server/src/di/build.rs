use std::any::Any;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, OnceLock, Weak};
use std::task::Poll;

use super::container::{Container, Frozen};
use super::graph::{Graph, Slot, Target};
use super::{BoxError, ConstructionError, Hooks, How, Made, Resources, Shareable};

/// An `Arc<T>`, its type erased.
pub(crate) type Stored = Box<dyn Any + Send + Sync>;

/// Puts what an async constructor made.
type Finish = Box<dyn FnOnce(&mut Construction<'_>) + Send>;
/// A constructor that is under way.
type Pending = Pin<Box<dyn Future<Output = Result<Finish, BoxError>> + Send>>;

/// Handed to a constructor: gives what it asked for, in the order in which it asked, and takes what it made.
pub struct Construction<'a> {
    slots: &'a mut Vec<Option<Stored>>,
    targets: std::slice::Iter<'a, Target>,
    first_slot: Slot,
    resources: &'a Resources,
    hooks: &'a mut Vec<(usize, Hooks)>,
    frozen: &'a Arc<OnceLock<Weak<Frozen>>>,
    /// Position in the order of construction.
    position: usize,
    pending: &'a mut Option<Pending>,
}

impl<'a> Construction<'a> {
    /// What the application hands out besides its components.
    #[must_use]
    pub fn resources(&self) -> &Resources {
        self.resources
    }

    /// Puts what answers the component's token number `index`.
    pub fn put<T: ?Sized + Shareable>(&mut self, index: u32, value: Arc<T>) {
        if let Some(slot) = self.slots.get_mut(self.first_slot.plus(index).position()) {
            *slot = Some(Box::new(value));
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

    /// Adds hooks to run at start and stop.
    pub fn hook(&mut self, hooks: Hooks) {
        self.hooks.push((self.position, hooks));
    }

    /// What the check found for the next dependency.
    pub(crate) fn next_target(&mut self) -> Option<Slot> {
        self.next_targets().first().copied()
    }

    /// The same where several may have been found.
    pub(crate) fn next_targets(&mut self) -> &'a [Slot] {
        self.targets.next().map_or(&[], Target::slots)
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

/// One construction of a whole graph.
struct Build {
    graph: Graph,
    resources: Resources,
    slots: Vec<Option<Stored>>,
    hooks: Vec<(usize, Hooks)>,
    frozen: Arc<OnceLock<Weak<Frozen>>>,
    /// By node.
    begun: Vec<bool>,
    built: Vec<bool>,
    /// Nodes in the order in which they were completed.
    completed: Vec<usize>,
    /// Position in the order of construction, and what is under way there.
    pending: Vec<(usize, Pending)>,
}

impl Graph {
    /// Constructs every component, each after what it needs, and freezes the result. Async constructors that do not need
    /// each other run concurrently, on the caller's task; everything else is built in the order of the check.
    ///
    /// # Errors
    ///
    /// The first constructor that fails; what was built before it is dropped again, the last one first.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was built.
    pub async fn build(self, resources: Resources) -> Result<Container, ConstructionError> {
        let nodes = self.nodes.len();
        let mut slots: Vec<Option<Stored>> = Vec::new();
        slots.resize_with(self.slot_count(), || None);
        let mut build = Build {
            graph: self,
            resources,
            slots,
            hooks: Vec::new(),
            frozen: Arc::default(),
            begun: vec![false; nodes],
            built: vec![false; nodes],
            completed: Vec::with_capacity(nodes),
            pending: Vec::new(),
        };
        match build.run().await {
            Ok(()) => Ok(build.freeze()),
            Err(error) => {
                build.undo();
                Err(error)
            }
        }
    }
}

impl Build {
    async fn run(&mut self) -> Result<(), ConstructionError> {
        loop {
            self.begin_all()?;
            if self.pending.is_empty() {
                return Ok(());
            }
            let (position, outcome) = self.next_ended().await;
            match outcome {
                Ok(finish) => self.with(position, |construction, _| {
                    finish(construction);
                    Ok(())
                })?,
                Err(source) => return Err(self.failed(position, source)),
            }
            self.complete(position);
        }
    }

    /// Calls every constructor whose dependencies are built; an async one is left under way.
    fn begin_all(&mut self) -> Result<(), ConstructionError> {
        for position in 0..self.graph.order.len() {
            let index = self.graph.order[position];
            if self.begun[index] || !self.is_ready(index) {
                continue;
            }
            self.begun[index] = true;
            self.with(position, |construction, definition| {
                definition.constructor.call(construction)
            })?;
            if self.pending.last().is_none_or(|(last, _)| *last != position) {
                self.complete(position);
            }
        }
        Ok(())
    }

    fn is_ready(&self, index: usize) -> bool {
        let node = &self.graph.nodes[index];
        let targets = &self.graph.targets[node.targets.clone()];
        let dependencies = node.definition.dependencies.iter();
        dependencies.zip(targets).all(|(dependency, target)| {
            let built = |slot: &Slot| self.built[self.graph.owner_index(*slot)];
            dependency.edge.how == How::Lazy || target.slots().iter().all(built)
        })
    }

    fn with(
        &mut self,
        position: usize,
        work: impl FnOnce(&mut Construction<'_>, &super::Definition) -> Result<(), BoxError>,
    ) -> Result<(), ConstructionError> {
        let node = &self.graph.nodes[self.graph.order[position]];
        let mut pending = None;
        let mut construction = Construction {
            slots: &mut self.slots,
            targets: self.graph.targets[node.targets.clone()].iter(),
            first_slot: node.first_slot,
            resources: &self.resources,
            hooks: &mut self.hooks,
            frozen: &self.frozen,
            position,
            pending: &mut pending,
        };
        let worked = work(&mut construction, &node.definition);
        self.pending.extend(pending.map(|pending| (position, pending)));
        worked.map_err(|source| self.failed(position, source))
    }

    fn complete(&mut self, position: usize) {
        let index = self.graph.order[position];
        self.built[index] = true;
        self.completed.push(index);
    }

    /// The next constructor that ends, in the order in which they were begun.
    async fn next_ended(&mut self) -> (usize, Result<Finish, BoxError>) {
        poll_fn(|context| {
            let ended = self.pending.iter_mut().enumerate().find_map(|(place, (_, pending))| {
                match pending.as_mut().poll(context) {
                    Poll::Ready(outcome) => Some((place, outcome)),
                    Poll::Pending => None,
                }
            });
            let Some((place, outcome)) = ended else {
                return Poll::Pending;
            };
            let (position, _) = self.pending.remove(place);
            Poll::Ready((position, outcome))
        })
        .await
    }

    fn failed(&self, position: usize, source: BoxError) -> ConstructionError {
        let definition = &self.graph.nodes[self.graph.order[position]].definition;
        ConstructionError {
            component: (definition.name)(),
            at: definition.at,
            source,
        }
    }

    fn undo(&mut self) {
        self.pending.clear();
        self.hooks.clear();
        for index in self.completed.iter().rev() {
            let node = &self.graph.nodes[*index];
            for number in 0..node.definition.provides.len() {
                self.slots[node.first_slot.position() + number] = None;
            }
        }
    }

    fn freeze(mut self) -> Container {
        // Hooks run in the order of the check, whichever constructor ended first.
        self.hooks.sort_by_key(|(position, _)| *position);
        let frozen = Arc::new(Frozen {
            slots: self.slots,
            order: self.graph.drop_order(),
            visible: self.graph.visible_from_root(),
            resources: self.resources,
            hooks: self.hooks.into_iter().map(|(_, hooks)| hooks).collect(),
        });
        // Nobody else sets it: the graph is built once.
        let _ = self.frozen.set(Arc::downgrade(&frozen));
        Container::new(frozen)
    }
}

#[cfg(test)]
mod tests;
