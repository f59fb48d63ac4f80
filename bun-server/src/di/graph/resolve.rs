use super::draw::Place;
use super::{APPLICATION, Graph, Slot, Target, explain};
use crate::di::definition::DefinitionRef;
use crate::di::{Export, How, ProblemKind, Token, catalogue};

impl Graph {
    /// Finds the target of every dependency; unclaimed components come in while others are resolved.
    pub(super) fn resolve(&mut self) {
        let mut index = 0;
        while index < self.nodes.len() {
            let first = self.targets.len();
            for number in 0..self.nodes[index].definition.dependencies().len() {
                let target = self.target(index, number);
                self.targets.push(target);
            }
            self.nodes[index].targets = first..self.targets.len();
            index += 1;
        }
    }

    fn target(&mut self, index: usize, number: usize) -> Target {
        let node = &self.nodes[index];
        let module = node.module;
        let edge = node.definition.dependencies()[number].edge;
        match edge.how {
            How::Nothing | How::Request => return Target::Nothing,
            How::All => return Target::All(self.all_visible(module, edge.token)),
            How::One | How::Optional | How::Lazy | How::Factory | How::AsyncFactory => {}
        }
        if let [one] = self.candidates(edge.token.id())
            && self.owner(*one).module == module
            && self.token(*one) == edge.token
        {
            return Target::One(*one);
        }
        let found = self.visible(module, edge.token);
        match found.as_slice() {
            [one] => return Target::One(*one),
            [] => {}
            several => {
                let problem = explain::ambiguous(self, index, number, several);
                self.problems.push(problem);
                self.mark(Place::Dependency(index, number), ProblemKind::Ambiguous);
                return Target::Nothing;
            }
        }
        if let Some(slot) = self.adopt(edge.token) {
            return Target::One(slot);
        }
        if edge.how != How::Optional {
            let problem = explain::missing(self, index, number);
            self.problems.push(problem);
            self.mark(Place::Dependency(index, number), ProblemKind::MissingProvider);
        }
        Target::Nothing
    }

    /// Everything that `token` means inside `module`: its own, what its imports export, what global modules export.
    fn all_visible(&self, module: usize, token: Token) -> Vec<Slot> {
        let shown = |slot: &Slot| {
            let owner = self.owner(*slot);
            let by = |other: usize| self.exports(other, *slot, &mut Vec::new());
            let imports = &self.modules[module].imports;
            let global = || (0..self.modules.len()).filter(|index| self.modules[*index].global);
            owner.module == module || imports.iter().any(|import| by(*import)) || global().any(by)
        };
        let meant = |slot: &Slot| token.qualifier().is_none() || self.token(*slot) == token;
        let all = self.candidates(token.id()).iter().copied();
        let mut all: Vec<Slot> = all
            .filter(|slot| !self.owner(*slot).unclaimed)
            .filter(meant)
            .filter(shown)
            .collect();
        all.sort_by_key(|slot| self.owner(*slot).definition.order);
        all
    }

    /// What `token` means inside `module`: its own candidates, else those of its imports, else those of global modules.
    /// Of several the primary one, if there is exactly one.
    pub(crate) fn visible(&self, module: usize, token: Token) -> Vec<Slot> {
        let found = self.nearest(module, token);
        if found.len() < 2 {
            return found;
        }
        let primary = |slot: &&Slot| self.owner(**slot).definition.primary;
        let mut primaries = found.iter().filter(primary);
        match (primaries.next(), primaries.next()) {
            (Some(one), None) => vec![*one],
            _ => found,
        }
    }

    fn nearest(&self, module: usize, token: Token) -> Vec<Slot> {
        let all = self.candidates(token.id());
        let all: Vec<Slot> = all.iter().copied().filter(|slot| self.token(*slot) == token).collect();
        let own: Vec<Slot> = all
            .iter()
            .copied()
            .filter(|slot| self.owner(*slot).module == module)
            .collect();
        if !own.is_empty() {
            return own;
        }
        let exported_by = |modules: &[usize]| -> Vec<Slot> {
            let seen = |slot: &Slot| {
                modules
                    .iter()
                    .any(|import| self.exports(*import, *slot, &mut Vec::new()))
            };
            all.iter().copied().filter(seen).collect()
        };
        let imported = exported_by(&self.modules[module].imports);
        if !imported.is_empty() {
            return imported;
        }
        let global: Vec<usize> = (0..self.modules.len())
            .filter(|index| self.modules[*index].global)
            .collect();
        let global = exported_by(&global);
        if !global.is_empty() {
            return global;
        }
        // An unclaimed component of another asker lives in the application's own module and is seen by all.
        all.iter().copied().filter(|slot| self.owner(*slot).unclaimed).collect()
    }

    /// Whether `module` shows what lies in `slot` to its importers: as its own, or passed on from an import.
    pub(super) fn exports(&self, module: usize, slot: Slot, visited: &mut Vec<usize>) -> bool {
        if visited.contains(&module) {
            return false;
        }
        visited.push(module);
        let owner = self.owner(slot);
        let token = self.token(slot);
        let node = &self.modules[module];
        node.exports.iter().any(|export| {
            let names_it = export.shows(token) || export.id() == owner.definition.component;
            if names_it && owner.module == module {
                return true;
            }
            node.imports.iter().any(|import| {
                let passes_on = names_it || export.id() == self.modules[*import].module;
                passes_on && self.exports(*import, slot, visited)
            })
        })
    }

    pub(crate) fn token(&self, slot: Slot) -> Token {
        let owner = self.owner(slot);
        owner.definition.provides[slot.position() - owner.first_slot.position()]
    }

    /// Takes the recipe of a concrete component that no module lists; it joins the application's own module.
    fn adopt(&mut self, token: Token) -> Option<Slot> {
        let definition = catalogue::unclaimed(token)
            .into_iter()
            .find(|definition| definition.component == token.id())?;
        let index = self.push(DefinitionRef::Static(definition), APPLICATION, true);
        let node = &self.nodes[index];
        let number = node
            .definition
            .provides
            .iter()
            .position(|provided| provided.id() == token.id())?;
        Some(node.first_slot.plus(u32::try_from(number).ok()?))
    }

    /// Every export must name something that the module provides or imports.
    pub(super) fn check_exports(&mut self) {
        let (mut problems, mut wrong) = (Vec::new(), Vec::new());
        for (index, module) in self.modules.iter().enumerate() {
            for export in module.exports.iter() {
                let passes_on_a_module = || {
                    let mut imports = module.imports.iter();
                    imports.any(|import| self.modules[*import].module == export.id())
                };
                if !self.exports_something(index, export) && !passes_on_a_module() {
                    problems.push(explain::export_of_nothing(module, export));
                    wrong.push(index);
                }
            }
        }
        self.problems.append(&mut problems);
        for module in wrong {
            self.mark(Place::Module(module), ProblemKind::ExportOfNothing);
        }
    }

    /// Whether what an export names is provided by the module, or shown by one that it imports.
    fn exports_something(&self, module: usize, export: &Export) -> bool {
        let by_token = self.candidates(export.id()).iter().copied();
        let by_token = by_token.filter(|slot| export.shows(self.token(*slot)));
        let by_component = (0..).map(Slot).take(self.slot_count());
        let by_component = by_component.filter(|slot| self.owner(*slot).definition.component == export.id());
        let shown = |slot: Slot| {
            let mut imports = self.modules[module].imports.iter();
            self.owner(slot).module == module || imports.any(|import| self.exports(*import, slot, &mut vec![module]))
        };
        by_token.chain(by_component).any(shown)
    }
}
