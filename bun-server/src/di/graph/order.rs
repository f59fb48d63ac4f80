use super::{Graph, explain};
use crate::di::How;

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
        let mut problems = Vec::new();
        for start in 0..self.nodes.len() {
            if visits[start] != Visit::New {
                continue;
            }
            visits[start] = Visit::Open;
            // A node and the number of its next dependency.
            let mut path = vec![(start, 0)];
            while let Some((index, number)) = path.last_mut() {
                let (index, number) = (*index, std::mem::replace(number, *number + 1));
                let node = &self.nodes[index];
                let Some(dependency) = node.definition.dependencies.get(number) else {
                    visits[index] = Visit::Done;
                    order.push(index);
                    path.pop();
                    continue;
                };
                let target = self.targets[node.targets.clone()].get(number).copied().flatten();
                let Some(target) = target.filter(|_| dependency.edge.how != How::Lazy) else {
                    continue;
                };
                let next = self.owners[target.position()];
                match visits[next] {
                    Visit::New => {
                        visits[next] = Visit::Open;
                        path.push((next, 0));
                    }
                    Visit::Open => problems.push(explain::cycle(self, &path, next)),
                    Visit::Done => {}
                }
            }
        }
        self.order = order;
        self.problems.append(&mut problems);
    }
}
