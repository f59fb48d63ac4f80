use std::any::TypeId;
use std::collections::HashSet;

use super::{APPLICATION, Graph, Node, Slot, explain};
use crate::di::Problem;

impl Graph {
    /// Components that a module lists and that nothing can reach: nobody asks for one, the module does not show it, and it
    /// does nothing by itself. `collected` are tokens that the application takes all components of.
    pub(crate) fn unused(&self, collected: &[TypeId]) -> Vec<Problem> {
        let mut asked = vec![false; self.nodes.len()];
        for slot in self.targets.iter().flat_map(super::Target::slots) {
            asked[self.owner_index(*slot)] = true;
        }
        let controllers: HashSet<&'static str> = self
            .nodes
            .iter()
            .filter(|node| node.definition.only_asks())
            .map(|node| (node.definition.name)())
            .collect();
        let by_itself = |node: &Node| {
            let definition = &*node.definition;
            let is_controller = || controllers.contains((definition.name)());
            let is_collected = || definition.provides.iter().any(|token| collected.contains(&token.id()));
            definition.only_asks() || definition.has_hooks || is_controller() || is_collected()
        };
        let shown = |node: &Node| {
            let mut slots = (0..).zip(node.definition.provides.iter());
            slots.any(|(number, _)| self.exports(node.module, node.first_slot.plus(number), &mut Vec::new()))
        };
        let unreachable = |(index, node): &(usize, &Node)| {
            let module = &self.modules[node.module];
            let is_own_list = node.module != APPLICATION && !module.is_dynamic && !node.unclaimed;
            is_own_list && !asked[*index] && !by_itself(node) && !shown(node)
        };
        self.nodes
            .iter()
            .enumerate()
            .filter(unreachable)
            .map(|(_, node)| explain::unused(&self.modules[node.module], node))
            .collect()
    }

    /// From a component that nobody asks for down to the one at `index`: each with the number of the dependency that leads
    /// on. The first who asks stands for all.
    fn path_to(&self, index: usize) -> Vec<(usize, usize)> {
        let mut path: Vec<(usize, usize)> = Vec::new();
        let mut at = index;
        while let Some((asker, number)) = self.first_asker(at) {
            if asker == index || path.iter().any(|(known, _)| *known == asker) {
                break;
            }
            path.push((asker, number));
            at = asker;
        }
        path.reverse();
        path
    }

    /// The same for a message.
    pub(crate) fn steps_to(&self, index: usize) -> Vec<crate::di::PathStep> {
        let step = |(index, number)| explain::step(self, index, number);
        self.path_to(index).into_iter().map(step).collect()
    }

    fn first_asker(&self, of: usize) -> Option<(usize, usize)> {
        let asks = |slot: &Slot| self.owner_index(*slot) == of;
        // Of what is built.
        self.order.iter().find_map(|index| {
            let dependencies = self.nodes[*index].definition.dependencies().iter();
            let mut numbers = dependencies
                .zip(self.asked(*index))
                .enumerate()
                .filter(|(_, (dependency, target))| !dependency.edge.how.is_later() && target.slots().iter().any(asks));
            numbers.next().map(|(number, _)| (*index, number))
        })
    }
}
