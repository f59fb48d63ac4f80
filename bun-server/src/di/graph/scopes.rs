use super::draw::Place;
use super::explain::scopes as explain;
use super::{Graph, Slot, Target};
use crate::di::{How, Scope};

/// How a component lives, seen together with what it needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    /// Never [`Scope::Inherited`].
    pub(crate) scope: Scope,
    /// It, or something that is made for it alone, belongs to one request.
    pub(crate) in_request: bool,
    /// Whether making one may have to wait.
    pub(crate) waits: bool,
    /// Which of the request's components it is.
    pub(crate) cell: usize,
}

impl Life {
    const SINGLETON: Self = Self {
        scope: Scope::Singleton,
        in_request: false,
        waits: false,
        cell: 0,
    };
}

impl Graph {
    /// Finds out how every component lives, and refuses what would outlive what it holds.
    pub(super) fn judge_scopes(&mut self) {
        self.lives = vec![Life::SINGLETON; self.nodes.len()];
        if self
            .nodes
            .iter()
            .all(|node| node.definition.scope == Scope::Singleton && !asks_late(node.definition.dependencies()))
        {
            return;
        }
        let mut cells = 0;
        for position in 0..self.order.len() {
            let index = self.order[position];
            let mut life = self.life(index);
            life.cell = cells;
            cells += usize::from(life.scope == Scope::Request && !self.nodes[index].definition.only_asks());
            self.lives[index] = life;
        }
        let (mut problems, mut marks) = (Vec::new(), Vec::new());
        for index in 0..self.nodes.len() {
            for (number, target) in self.asked(index).enumerate() {
                if let Some(problem) = self.misplaced(index, number, target) {
                    marks.push((Place::Dependency(index, number), problem.kind()));
                    problems.push(problem);
                }
            }
        }
        self.problems.append(&mut problems);
        for (place, kind) in marks {
            self.mark(place, kind);
        }
        self.cells = cells;
    }

    /// The targets of a node, by the numbers of its dependencies.
    pub(super) fn asked(&self, index: usize) -> impl Iterator<Item = &Target> {
        self.targets[self.nodes[index].targets.clone()].iter()
    }

    fn life(&self, index: usize) -> Life {
        let definition = &*self.nodes[index].definition;
        let needed = || {
            let asked = definition.dependencies().iter().zip(self.asked(index));
            asked
                .filter(|(dependency, _)| !dependency.edge.how.is_later())
                .flat_map(|(_, target)| target.slots())
                .map(|slot| self.lives[self.owner_index(*slot)])
        };
        let reads_request = || {
            let mut dependencies = definition.dependencies().iter();
            dependencies.any(|dependency| dependency.edge.how == How::Request)
        };
        match definition.scope {
            Scope::Inherited => needed().next().unwrap_or(Life::SINGLETON),
            Scope::Singleton => Life::SINGLETON,
            Scope::Request => Life {
                scope: Scope::Request,
                in_request: true,
                waits: true,
                cell: 0,
            },
            Scope::Transient => {
                let in_request = reads_request() || needed().any(|life| life.in_request);
                let transients = needed().filter(|life| life.scope == Scope::Transient);
                Life {
                    scope: Scope::Transient,
                    in_request,
                    waits: in_request || definition.needs.is_async || transients.into_iter().any(|life| life.waits),
                    cell: 0,
                }
            }
        }
    }

    fn misplaced(&self, index: usize, number: usize, target: &Target) -> Option<crate::di::Problem> {
        let asker = self.lives[index];
        let how = self.nodes[index].definition.dependencies()[number].edge.how;
        if how == How::Request {
            return (!asker.in_request).then(|| explain::captive(self, index, number, None));
        }
        target.slots().iter().find_map(|slot| {
            let life = self.lives[self.owner_index(*slot)];
            let captive = !asker.in_request && life.in_request;
            match (how, life.scope) {
                (How::Factory | How::AsyncFactory, scope) if scope != Scope::Transient => {
                    Some(explain::factory_of_shared(self, index, number, *slot))
                }
                _ if captive => Some(explain::captive(self, index, number, Some(*slot))),
                (How::Factory, _) if life.waits => Some(explain::factory_that_waits(self, index, number, *slot)),
                (How::Lazy, scope) if scope != Scope::Singleton => {
                    Some(explain::lazy_of_late(self, index, number, *slot))
                }
                _ => None,
            }
        })
    }

    pub(super) fn is_request_scoped(&self, index: usize) -> bool {
        self.lives[index].scope == Scope::Request
    }

    /// From a component that lives in a request because of what it needs, the next one on the way to what does by itself.
    pub(super) fn towards_request(&self, index: usize) -> Option<Towards> {
        let definition = &*self.nodes[index].definition;
        let asked = definition.dependencies().iter().zip(self.asked(index));
        asked
            .filter(|(dependency, _)| !dependency.edge.how.is_later())
            .find_map(|(dependency, target)| {
                if dependency.edge.how == How::Request {
                    return Some(Towards::Handle(dependency.edge.token.name()));
                }
                let owners = target.slots().iter().map(|slot: &Slot| self.owner_index(*slot));
                owners
                    .into_iter()
                    .find(|owner| self.lives[*owner].in_request)
                    .map(Towards::Component)
            })
    }
}

pub(super) enum Towards {
    Component(usize),
    /// Something of the request itself.
    Handle(&'static str),
}

fn asks_late(dependencies: &[crate::di::Dependency]) -> bool {
    let by_scope = |how| matches!(how, How::Factory | How::AsyncFactory | How::Request);
    dependencies.iter().any(|dependency| by_scope(dependency.edge.how))
}
