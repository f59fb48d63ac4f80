use std::any::TypeId;
use std::sync::Arc;

use super::graph::{APPLICATION, Graph, Slot};
use super::token::TypeIdMap;
use super::{Dependency, How, Token};

/// What a controller's handlers get for their tokens, as its module sees them.
#[derive(Clone, Debug)]
pub struct HandlerTargets(Arc<TypeIdMap<Option<Slot>>>);

impl HandlerTargets {
    /// `None` when no handler asks for it, `Some(None)` when one does and nothing that its module sees provides it.
    pub(crate) fn get<T: ?Sized + 'static>(&self) -> Option<Option<Slot>> {
        self.0.get(&TypeId::of::<T>()).copied()
    }
}

impl Graph {
    /// Of each controller whose handlers mean something else by a token than the application does.
    pub(crate) fn handlers(&self) -> TypeIdMap<HandlerTargets> {
        let mut handlers = TypeIdMap::default();
        let asking = self.nodes.iter().filter(|node| node.definition.only_asks());
        for node in asking {
            let asked = node.definition.dependencies().iter();
            let found = asked
                .zip(&self.targets[node.targets.clone()])
                .filter(|(dependency, _)| dependency.edge.how != How::Nothing)
                .map(|(dependency, target)| (dependency.edge.token.id(), target.slots().first().copied()));
            let found: TypeIdMap<Option<Slot>> = found.collect();
            let differs = |dependency: &Dependency| {
                let token = dependency.edge.token;
                let slot = found.get(&token.id());
                slot.is_some_and(|slot| self.seen_by_application(token) != *slot)
            };
            if node.definition.dependencies().iter().any(differs) {
                handlers.insert(node.definition.component, HandlerTargets(Arc::new(found)));
            }
        }
        handlers
    }

    /// A token means its only component, wherever it is; of several, the one that the application sees.
    pub(super) fn seen_by_application(&self, token: Token) -> Option<Slot> {
        let mut all = self.candidates(token.id()).iter();
        let same = |slot: &&Slot| self.token(**slot) == token;
        match (all.find(same), all.find(same)) {
            (Some(one), None) => Some(*one),
            _ => match self.visible(APPLICATION, token).as_slice() {
                [one] => Some(*one),
                _ => None,
            },
        }
    }
}
