use super::{Graph, Node, Slot, Target};
use crate::di::Scope;

impl Graph {
    /// Leaves in the order what is built at the start, with an own instance of each transient component for everyone who
    /// asks; what requests and factories make is left out.
    pub(crate) fn instantiate(&mut self) {
        if self.lives.iter().all(|life| life.scope == Scope::Singleton) {
            return;
        }
        for index in std::mem::take(&mut self.order) {
            if self.lives[index].scope == Scope::Singleton {
                self.own_instances(index);
                self.order.push(index);
            }
        }
    }

    /// Lets a node ask instances of its own where it asked transient components.
    fn own_instances(&mut self, index: usize) {
        let (first, definition) = (self.nodes[index].targets.start, self.nodes[index].definition.clone());
        for (number, dependency) in definition.dependencies().iter().enumerate() {
            if dependency.edge.how.is_later() {
                continue;
            }
            let slots = self.targets[first + number].slots().to_vec();
            for (place, slot) in slots.into_iter().enumerate() {
                let owner = self.owner_index(slot);
                if self.lives[owner].scope != Scope::Transient {
                    continue;
                }
                let token = slot.0 - self.nodes[owner].first_slot.0;
                let instance = self.instance(owner);
                let own = self.nodes[instance].first_slot.plus(token);
                match &mut self.targets[first + number] {
                    Target::Nothing => {}
                    Target::One(slot) => *slot = own,
                    Target::All(slots) => slots[place] = own,
                }
            }
        }
    }

    /// One more of a transient component, with all that is made for it.
    fn instance(&mut self, of: usize) -> usize {
        let index = self.nodes.len();
        let node = &self.nodes[of];
        let asked = self.targets[node.targets.clone()].to_vec();
        let first = self.targets.len();
        let instance = Node {
            definition: node.definition.clone(),
            module: node.module,
            first_slot: Slot(u32::try_from(self.owners.len()).unwrap_or(u32::MAX)),
            targets: first..first + asked.len(),
            unclaimed: node.unclaimed,
        };
        self.owners
            .extend(std::iter::repeat_n(index, instance.definition.provides.len()));
        self.targets.extend(asked);
        self.lives.push(self.lives[of]);
        self.nodes.push(instance);
        self.own_instances(index);
        self.order.push(index);
        index
    }

    /// Takes the instances out again, from node `declared` on; returns how many slots are left.
    pub(crate) fn forget_instances(&mut self, declared: usize) -> usize {
        if let Some(first) = self.nodes.get(declared) {
            let (slot, target) = (first.first_slot.position(), first.targets.start);
            self.owners.truncate(slot);
            self.targets.truncate(target);
            self.lives.truncate(declared);
            self.nodes.truncate(declared);
            self.order.retain(|index| *index < declared);
        }
        self.owners.len()
    }
}
