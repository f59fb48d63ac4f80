use super::draw::Place;
use super::{Graph, explain};
use crate::di::ProblemKind;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    Open,
    Done,
}

impl Graph {
    /// Orders the nodes by depth-first search without recursion; each cycle is reported once, with its whole path.
    pub(super) fn sort(&mut self) {
        let mut visits = vec![Visit::New; self.nodes.len()];
        let mut order = Vec::with_capacity(self.nodes.len());
        let (mut problems, mut marks) = (Vec::new(), Vec::new());
        for start in 0..self.nodes.len() {
            if visits[start] != Visit::New {
                continue;
            }
            visits[start] = Visit::Open;
            // A node, the number of the dependency that is looked at, and how many of its targets were.
            let mut path = vec![(start, 0, 0)];
            while let Some((index, number, seen)) = path.last_mut() {
                let node = &self.nodes[*index];
                let Some(dependency) = node.definition.dependencies().get(*number) else {
                    visits[*index] = Visit::Done;
                    order.push(*index);
                    path.pop();
                    continue;
                };
                let targets = self.targets[node.targets.clone()].get(*number);
                let target = targets.and_then(|targets| targets.slots().get(*seen).copied());
                let Some(target) = target.filter(|_| !dependency.edge.how.is_later()) else {
                    (*number, *seen) = (*number + 1, 0);
                    continue;
                };
                *seen += 1;
                let next = self.owners[target.position()];
                match visits[next] {
                    Visit::New => {
                        visits[next] = Visit::Open;
                        path.push((next, 0, 0));
                    }
                    Visit::Open => {
                        problems.push(explain::cycle(self, &path, next));
                        let from = path.iter().position(|(index, ..)| *index == next).unwrap_or(0);
                        let around = path[from..].iter();
                        marks.extend(around.map(|(index, number, _)| Place::Dependency(*index, *number)));
                    }
                    Visit::Done => {}
                }
            }
        }
        self.order = order;
        self.problems.append(&mut problems);
        for place in marks {
            self.mark(place, ProblemKind::Cycle);
        }
    }
}
