use std::future::poll_fn;
use std::sync::{Arc, OnceLock, Weak};
use std::task::Poll;

use tokio::time::Instant;

use super::construction::{Construction, Finish, Pending, Stage, Start, Stored};
use super::container::{ConstructionTime, Container, Frozen};
use super::graph::{Graph, Slot};
use super::late::Recipes;
use super::{BoxError, ConstructionError, Hooks, Resources};

/// One construction of a whole graph.
struct Build {
    graph: Graph,
    /// Nodes that are no instances for one asker.
    declared: usize,
    resources: Resources,
    slots: Vec<Option<Stored>>,
    hooks: Vec<(usize, Hooks)>,
    frozen: Arc<OnceLock<Weak<Frozen>>>,
    /// By node.
    begun: Vec<bool>,
    built: Vec<bool>,
    /// Nodes in the order in which they were completed.
    completed: Vec<usize>,
    /// Position in the order of construction, what is under way there, and since when.
    pending: Vec<(usize, Pending, Instant)>,
    times: Vec<ConstructionTime>,
    /// When the last one was completed.
    since: Instant,
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
    pub async fn build(mut self, resources: Resources) -> Result<Container, ConstructionError> {
        let declared = self.nodes.len();
        self.instantiate();
        let nodes = self.nodes.len();
        let mut slots: Vec<Option<Stored>> = Vec::new();
        slots.resize_with(self.slot_count(), || None);
        let mut build = Build {
            graph: self,
            declared,
            resources,
            slots,
            hooks: Vec::new(),
            frozen: Arc::default(),
            begun: vec![false; nodes],
            built: vec![false; nodes],
            completed: Vec::with_capacity(nodes),
            pending: Vec::new(),
            times: Vec::with_capacity(nodes),
            since: Instant::now(),
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
            self.since = Instant::now();
            self.begin_all()?;
            if self.pending.is_empty() {
                return Ok(());
            }
            let (position, outcome, begun) = self.next_ended().await;
            match outcome {
                Ok(finish) => self.with(position, |construction, _| {
                    finish(construction);
                    Ok(())
                })?,
                Err(source) => return Err(self.failed(position, source)),
            }
            self.complete(position, begun);
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
            if self.pending.last().is_none_or(|(last, ..)| *last != position) {
                self.complete(position, self.since);
            }
        }
        Ok(())
    }

    fn is_ready(&self, index: usize) -> bool {
        let node = &self.graph.nodes[index];
        let targets = &self.graph.targets[node.targets.clone()];
        let dependencies = node.definition.dependencies().iter();
        dependencies.zip(targets).all(|(dependency, target)| {
            let built = |slot: &Slot| self.built[self.graph.owner_index(*slot)];
            dependency.edge.how.is_later() || target.slots().iter().all(built)
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
            stage: Stage::Start(Start {
                slots: &mut self.slots,
                first_slot: node.first_slot,
                hooks: &mut self.hooks,
                position,
            }),
            targets: self.graph.targets[node.targets.clone()].iter(),
            resources: &self.resources,
            frozen: &self.frozen,
            pending: &mut pending,
        };
        let worked = work(&mut construction, &node.definition);
        self.pending
            .extend(pending.map(|pending| (position, pending, self.since)));
        worked.map_err(|source| self.failed(position, source))
    }

    fn complete(&mut self, position: usize, begun: Instant) {
        let index = self.graph.order[position];
        let definition = &*self.graph.nodes[index].definition;
        // Also when the next one begins: the clock is read once for each.
        self.since = Instant::now();
        self.times.push(ConstructionTime {
            component: (definition.name)(),
            at: definition.at,
            took: self.since.saturating_duration_since(begun),
        });
        self.built[index] = true;
        self.completed.push(index);
    }

    /// The next constructor that ends, in the order in which they were begun.
    async fn next_ended(&mut self) -> (usize, Result<Finish, BoxError>, Instant) {
        poll_fn(|context| {
            let ended = self
                .pending
                .iter_mut()
                .enumerate()
                .find_map(|(place, (_, pending, _))| match pending.as_mut().poll(context) {
                    Poll::Ready(outcome) => Some((place, outcome)),
                    Poll::Pending => None,
                });
            let Some((place, outcome)) = ended else {
                return Poll::Pending;
            };
            let (position, _, begun) = self.pending.remove(place);
            Poll::Ready((position, outcome, begun))
        })
        .await
    }

    fn failed(&self, position: usize, source: BoxError) -> ConstructionError {
        let definition = &self.graph.nodes[self.graph.order[position]].definition;
        ConstructionError {
            path: self.graph.steps_to(self.graph.order[position]),
            ..ConstructionError::of(definition, source)
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
        // An instance belongs to who asked for it, and to nobody else.
        self.slots.truncate(self.graph.forget_instances(self.declared));
        let (visible, qualified) = self.graph.visible_from_root();
        let frozen = Arc::new(Frozen {
            slots: self.slots,
            order: self.graph.drop_order(),
            visible,
            qualified,
            handlers: self.graph.handlers(),
            resources: self.resources,
            hooks: self.hooks.into_iter().map(|(_, hooks)| hooks).collect(),
            recipes: Recipes::of(self.graph),
            later: Arc::clone(&self.frozen),
            times: self.times,
        });
        // Nobody else sets it: the graph is built once.
        let _ = self.frozen.set(Arc::downgrade(&frozen));
        Container::new(frozen)
    }
}

#[cfg(test)]
mod tests;
