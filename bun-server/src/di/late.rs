//! What is made after the start: by a factory, or in a request. Everything that a constructor will read is made first,
//! whoever must wait for it; the constructor itself then reads without waiting.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::construction::{Pending, Stage, Stored};
use super::container::Frozen;
use super::graph::{Graph, Life, Node, Slot, Target};
use super::request_scope::RequestState;
use super::{BoxError, Construction, ConstructionError, CreateError, LookUpError, Scope, Shareable};

/// How components are made that are not there from the start on.
pub(super) struct Recipes {
    pub(super) nodes: Vec<Node>,
    pub(super) targets: Vec<Target>,
    /// For each slot, its node.
    pub(super) owners: Vec<usize>,
    pub(super) lives: Vec<Life>,
    /// How many components live in a request.
    pub(super) cells: usize,
}

impl Recipes {
    /// Those of a graph; none when everything is there from the start on.
    pub(super) fn of(graph: Graph) -> Option<Box<Self>> {
        let mut lives = graph.lives.iter().zip(&graph.nodes);
        if lives.all(|(life, node)| life.scope == Scope::Singleton || node.definition.only_asks()) {
            return None;
        }
        Some(Box::new(Self {
            nodes: graph.nodes,
            targets: graph.targets,
            owners: graph.owners,
            lives: graph.lives,
            cells: graph.cells,
        }))
    }
}

/// One construction after the start.
pub(super) struct Late<'a> {
    frozen: &'a Arc<Frozen>,
    recipes: &'a Recipes,
    pub(super) request: Option<&'a Arc<RequestState>>,
    /// What was waited for, in the order in which it is read.
    prepared: Option<std::vec::IntoIter<Stored>>,
    output: Output<'a>,
}

enum Output<'a> {
    /// One token, into an `Option<Arc<T>>`.
    One(u32, &'a mut dyn Any),
    /// All of them.
    All(&'a mut [Option<Stored>]),
}

type Making = Pin<Box<dyn Future<Output = Result<Vec<Option<Stored>>, ConstructionError>> + Send>>;

impl Late<'_> {
    pub(super) fn put<T: ?Sized + Shareable>(&mut self, index: u32, value: Arc<T>) {
        match &mut self.output {
            Output::One(wanted, place) => {
                if *wanted == index
                    && let Some(place) = place.downcast_mut::<Option<Arc<T>>>()
                {
                    *place = Some(value);
                }
            }
            Output::All(places) => {
                if let Some(place) = places.get_mut(index as usize) {
                    *place = Some(Box::new(value));
                }
            }
        }
    }

    pub(super) fn of_request<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.request?.told::<T>().cloned()
    }

    pub(super) fn shared<T: ?Sized + Send + Sync + 'static>(&mut self, slot: Slot) -> Result<Option<Arc<T>>, BoxError> {
        if let Some(shared) = self.frozen.shared::<T>(slot) {
            return Ok(Some(shared));
        }
        let owner = self.recipes.owners[slot.position()];
        let life = self.recipes.lives[owner];
        if life.scope == Scope::Request {
            return Ok(self.request.and_then(|request| request.shared::<T>(self.recipes, slot)));
        }
        if life.waits {
            let prepared = self
                .prepared
                .as_mut()
                .and_then(Iterator::next)
                .and_then(|stored| stored.downcast::<Arc<T>>().ok());
            return Ok(prepared.map(|shared| *shared));
        }
        match make_now::<T>(self.frozen, self.recipes, slot, self.request) {
            Ok(made) => Ok(Some(made)),
            Err(error) => Err(error),
        }
    }
}

/// Of what, from what and for which request something is made.
#[derive(Clone, Copy)]
struct Origin<'a> {
    frozen: &'a Arc<Frozen>,
    recipes: &'a Recipes,
    node: &'a Node,
    request: Option<&'a Arc<RequestState>>,
}

impl<'a> Origin<'a> {
    fn construction(
        self,
        prepared: Option<Vec<Stored>>,
        output: Output<'a>,
        pending: &'a mut Option<Pending>,
    ) -> Construction<'a> {
        Construction {
            stage: Stage::Late(Late {
                frozen: self.frozen,
                recipes: self.recipes,
                request: self.request,
                prepared: prepared.map(IntoIterator::into_iter),
                output,
            }),
            targets: self.recipes.targets[self.node.targets.clone()].iter(),
            resources: &self.frozen.resources,
            frozen: &self.frozen.later,
            pending,
        }
    }

    fn failed(self, source: BoxError) -> ConstructionError {
        ConstructionError::of(&self.node.definition, source)
    }
}

/// Makes a transient component, where nothing has to be waited for.
pub(super) fn make_now<T: ?Sized + Send + Sync + 'static>(
    frozen: &Arc<Frozen>,
    recipes: &Recipes,
    slot: Slot,
    request: Option<&Arc<RequestState>>,
) -> Result<Arc<T>, Box<ConstructionError>> {
    let origin = Origin {
        frozen,
        recipes,
        node: &recipes.nodes[recipes.owners[slot.position()]],
        request,
    };
    let (mut made, mut pending) = (None::<Arc<T>>, None);
    let output = Output::One(slot.distance_from(origin.node.first_slot), &mut made);
    let mut construction = origin.construction(None, output, &mut pending);
    let called = origin.node.definition.constructor.call(&mut construction);
    called
        .and_then(|()| made.ok_or_else(|| "its constructor gave nothing".into()))
        .map_err(|source| Box::new(origin.failed(source)))
}

/// Makes what answers `slot`: looks it up in the request, or makes a new one.
pub(super) async fn make<T: ?Sized + Send + Sync + 'static>(
    frozen: &Arc<Frozen>,
    slot: Slot,
    request: Option<&Arc<RequestState>>,
) -> Result<Arc<T>, CreateError> {
    let token = std::any::type_name::<T>();
    let missing = || CreateError::LookUp(LookUpError::Missing { token });
    let Some(recipes) = frozen.recipes.as_deref() else {
        return Err(missing());
    };
    let owner = recipes.owners[slot.position()];
    let life = recipes.lives[owner];
    if life.in_request && request.is_none() {
        return Err(LookUpError::OutsideRequest { token }.into());
    }
    match (life.scope, request) {
        (Scope::Request, Some(request)) => {
            request.ensure(frozen, owner).await?;
            request.shared::<T>(recipes, slot).ok_or_else(missing)
        }
        _ if !life.waits => make_now::<T>(frozen, recipes, slot, request).map_err(|error| (*error).into()),
        _ => {
            let made = make_all(Arc::clone(frozen), owner, request.cloned()).await?;
            take(made, recipes, slot)
                .and_then(|stored| stored.downcast::<Arc<T>>().ok())
                .map(|shared| *shared)
                .ok_or_else(missing)
        }
    }
}

/// Every token of one component that is made now.
pub(super) fn make_all(frozen: Arc<Frozen>, owner: usize, request: Option<Arc<RequestState>>) -> Making {
    Box::pin(async move {
        let Some(recipes) = frozen.recipes.as_deref() else {
            return Ok(Vec::new());
        };
        let request = request.as_ref();
        let origin = Origin {
            frozen: &frozen,
            recipes,
            node: &recipes.nodes[owner],
            request,
        };
        let prepared = prepare(origin).await.map_err(|source| origin.failed(source))?;
        let definition = &*origin.node.definition;
        let mut made: Vec<Option<Stored>> = definition.provides.iter().map(|_| None).collect();
        let mut pending = None;
        definition
            .constructor
            .call(&mut origin.construction(Some(prepared), Output::All(&mut made), &mut pending))
            .map_err(|source| origin.failed(source))?;
        if let Some(pending) = pending {
            let finish = pending.await.map_err(|source| origin.failed(source))?;
            finish(&mut origin.construction(None, Output::All(&mut made), &mut None));
        }
        Ok(made)
    })
}

/// Makes what the constructor will read and somebody must wait for.
async fn prepare(origin: Origin<'_>) -> Result<Vec<Stored>, BoxError> {
    let Origin {
        frozen,
        recipes,
        node,
        request,
    } = origin;
    let mut prepared = Vec::new();
    let asked = node
        .definition
        .dependencies()
        .iter()
        .zip(&recipes.targets[node.targets.clone()]);
    for (_, target) in asked.filter(|(dependency, _)| !dependency.edge.how.is_later()) {
        for slot in target.slots() {
            let owner = recipes.owners[slot.position()];
            let life = recipes.lives[owner];
            match (life.scope, request) {
                (Scope::Request, Some(request)) => request.ensure(frozen, owner).await?,
                (Scope::Transient, _) if life.waits => {
                    let made = make_all(Arc::clone(frozen), owner, request.cloned()).await?;
                    prepared.extend(take(made, recipes, *slot));
                }
                _ => {}
            }
        }
    }
    Ok(prepared)
}

fn take(made: Vec<Option<Stored>>, recipes: &Recipes, slot: Slot) -> Option<Stored> {
    let first = recipes.nodes[recipes.owners[slot.position()]].first_slot;
    made.into_iter().nth(slot.distance_from(first) as usize)?
}
