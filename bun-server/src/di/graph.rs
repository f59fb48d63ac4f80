//! The graph of one application: collected, resolved and ordered before anything is built.

mod draw;
mod explain;
mod instances;
mod order;
mod resolve;
mod scopes;
mod unused;

use std::any::TypeId;
use std::ops::Range;

use draw::Place;
pub(crate) use scopes::Life;

use super::definition::DefinitionRef;
use super::look_up::LookUpTable;
use super::module::ModuleNode;
use super::token::{QualifiedMap, TypeIdMap};
use super::{External, Problem, ProblemKind, SourceLocation};

/// Position of one token of one component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot(pub(super) u32);

impl Slot {
    pub(crate) fn position(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn plus(self, index: u32) -> Self {
        Self(self.0 + index)
    }

    pub(crate) fn distance_from(self, first: Self) -> u32 {
        self.0 - first.0
    }
}

/// What was found for one dependency.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Nothing,
    One(Slot),
    All(Vec<Slot>),
}

impl Target {
    pub(crate) fn slots(&self) -> &[Slot] {
        match self {
            Self::Nothing => &[],
            Self::One(slot) => std::slice::from_ref(slot),
            Self::All(slots) => slots,
        }
    }
}

/// What provides one type, under whatever qualifier: mostly one.
#[derive(Debug)]
enum Candidates {
    One(Slot),
    Several(Vec<Slot>),
}

impl Candidates {
    fn add(&mut self, slot: Slot) {
        match self {
            Self::One(first) => *self = Self::Several(vec![*first, slot]),
            Self::Several(all) => all.push(slot),
        }
    }

    fn as_slice(&self) -> &[Slot] {
        match self {
            Self::One(slot) => std::slice::from_ref(slot),
            Self::Several(all) => all,
        }
    }
}

/// Index of the application itself among the modules.
pub(crate) const APPLICATION: usize = 0;

/// A component in its module.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) definition: DefinitionRef,
    pub(crate) module: usize,
    pub(crate) first_slot: Slot,
    pub(crate) targets: Range<usize>,
    /// Taken from the catalogue, listed by no module.
    pub(crate) unclaimed: bool,
}

/// Every component of an application, what each needs, and all that is wrong with it.
#[derive(Debug)]
pub struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) modules: Vec<ModuleNode>,
    /// For each slot, the node it belongs to.
    pub(crate) owners: Vec<usize>,
    candidates: TypeIdMap<Candidates>,
    /// For each dependency of each node, what was found.
    pub(crate) targets: Vec<Target>,
    /// Nodes, each after what it needs.
    pub(crate) order: Vec<usize>,
    /// How each node lives.
    pub(crate) lives: Vec<Life>,
    /// How many components live in a request.
    pub(crate) cells: usize,
    problems: Vec<Problem>,
    /// Where they are.
    marks: Vec<draw::Mark>,
}

impl Graph {
    /// The graph of nothing.
    pub(crate) fn empty() -> Self {
        Self::check(Vec::new())
    }

    /// Collects the components of `modules`, resolves every dependency, and orders the construction.
    pub(crate) fn check(modules: Vec<ModuleNode>) -> Self {
        let mut graph = Self {
            nodes: Vec::new(),
            modules,
            owners: Vec::new(),
            candidates: TypeIdMap::default(),
            targets: Vec::new(),
            order: Vec::new(),
            lives: Vec::new(),
            cells: 0,
            problems: Vec::new(),
            marks: Vec::new(),
        };
        graph.collect();
        graph.resolve();
        graph.sort();
        graph.judge_scopes();
        graph.check_exports();
        graph
    }

    /// All that is wrong.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The modules of the application; the first is the application itself.
    #[must_use]
    pub fn modules(&self) -> &[ModuleNode] {
        &self.modules
    }

    /// How many components will be built.
    #[must_use]
    pub fn component_count(&self) -> usize {
        let asks = |node: &&Node| node.definition.only_asks();
        self.nodes.len() - self.nodes.iter().filter(asks).count()
    }

    /// Whether a component is part of the application.
    #[must_use]
    pub fn contains(&self, component: TypeId) -> bool {
        self.nodes.iter().any(|node| node.definition.component == component)
    }

    /// Whether a module or a component of this type is part of the application.
    pub(crate) fn owns(&self, owner: TypeId) -> bool {
        self.contains(owner) || self.modules.iter().any(|module| module.module == owner)
    }

    /// What the components read from outside the graph: the component's path, its file, and what it reads.
    pub fn externals(&self) -> impl Iterator<Item = (&'static str, SourceLocation, &External)> {
        self.nodes.iter().flat_map(|node| {
            let definition = &*node.definition;
            let owner = ((definition.name)(), definition.at);
            definition.externals.iter().map(move |external| {
                (
                    owner.0,
                    SourceLocation {
                        file: owner.1.file,
                        line: external.line,
                    },
                    external,
                )
            })
        })
    }

    fn collect(&mut self) {
        let mut listed = Vec::new();
        for (module, node) in self.modules.iter().enumerate() {
            for again in &node.configured_again {
                self.problems.push(explain::configured_twice(node, *again));
                self.marks
                    .push(draw::Mark::of_module(module, ProblemKind::ConfiguredTwice));
            }
            listed.extend(node.providers.iter().map(|definition| (module, definition.clone())));
        }
        let mut known: TypeIdMap<usize> = TypeIdMap::default();
        known.reserve(listed.len());
        self.candidates.reserve(listed.len());
        self.nodes.reserve(listed.len());
        for (module, definition) in listed {
            // What dynamic modules provide may be of one type and yet not the same.
            let first = match known.get(&definition.component) {
                None => None,
                Some(first) => {
                    (*first..self.nodes.len()).find(|index| self.nodes[*index].definition.same_component(&definition))
                }
            };
            match first {
                None => {
                    known.entry(definition.component).or_insert(self.nodes.len());
                    self.push(definition, module, false);
                }
                Some(_) if definition.only_asks() => {}
                Some(first) => {
                    let problem = explain::duplicate(&self.modules, &self.nodes[first], module);
                    self.problems.push(problem);
                    self.mark(Place::Node(first), ProblemKind::Duplicate);
                }
            }
        }
    }

    fn push(&mut self, definition: DefinitionRef, module: usize, unclaimed: bool) -> usize {
        let index = self.nodes.len();
        let first_slot = Slot(u32::try_from(self.owners.len()).unwrap_or(u32::MAX));
        for (number, token) in (0..).zip(definition.provides.iter()) {
            self.owners.push(index);
            // Traits are bound in modules only, also when their implementation was taken from the catalogue.
            if !unclaimed || token.id() == definition.component {
                let slot = first_slot.plus(number);
                self.candidates
                    .entry(token.id())
                    .and_modify(|known| known.add(slot))
                    .or_insert(Candidates::One(slot));
            }
        }
        self.nodes.push(Node {
            definition,
            module,
            first_slot,
            targets: 0..0,
            unclaimed,
        });
        index
    }

    fn owner(&self, slot: Slot) -> &Node {
        &self.nodes[self.owners[slot.position()]]
    }

    /// The node that a slot belongs to.
    pub(crate) fn owner_index(&self, slot: Slot) -> usize {
        self.owners[slot.position()]
    }

    pub(crate) fn slot_count(&self) -> usize {
        self.owners.len()
    }

    pub(crate) fn drop_order(&self) -> Vec<Slot> {
        let slots = |index: &usize| {
            let node = &self.nodes[*index];
            (0..)
                .zip(node.definition.provides.iter())
                .map(|(number, _)| node.first_slot.plus(number))
        };
        self.order.iter().rev().flat_map(slots).collect()
    }

    /// What provides a type, wherever it is, under whatever qualifier.
    pub(crate) fn candidates(&self, id: TypeId) -> &[Slot] {
        self.candidates.get(&id).map_or(&[], Candidates::as_slice)
    }

    /// What the application means by its tokens, first without and then with a qualifier.
    pub(super) fn visible_from_root(&self) -> (LookUpTable, QualifiedMap<Option<Slot>>) {
        let (mut meant, mut ambiguous) = (Vec::with_capacity(self.candidates.len()), Vec::new());
        let mut qualified = QualifiedMap::default();
        for slot in self.candidates.values().flat_map(Candidates::as_slice) {
            let token = self.token(*slot);
            match (token.qualifier_id(), self.seen_by_application(token)) {
                (None, Some(slot)) => meant.push((token.id(), slot)),
                (None, None) => ambiguous.push(token.id()),
                (Some(qualifier), seen) => drop(qualified.insert((token.id(), qualifier), seen)),
            }
        }
        (LookUpTable::of(&meant, ambiguous), qualified)
    }
}
