use std::any::{TypeId, type_name};
use std::panic::Location;

use crate::di::module::{Export, Imports, IntoModule, ModuleNode};
use crate::di::{Problem, ProblemKind, SourceLocation, Token};

/// A module that takes the place of another one.
pub(crate) struct ModuleOverride {
    replaced: TypeId,
    name: &'static str,
    at: SourceLocation,
    /// The replacement as the only import of an empty application, then what it imports itself.
    modules: Vec<ModuleNode>,
}

impl ModuleOverride {
    #[track_caller]
    pub(crate) fn new<M: 'static>(replacement: impl IntoModule) -> Self {
        let at = SourceLocation::caller(Location::caller());
        let mut imports = Imports::new(ModuleNode::application(at));
        imports.add(replacement);
        Self {
            replaced: TypeId::of::<M>(),
            name: type_name::<M>(),
            at,
            modules: imports.into_modules(),
        }
    }

    /// Replaces the module for everyone who imports it. What only the replaced module imported is left out.
    ///
    /// # Errors
    ///
    /// When nobody imports it: a test that replaces nothing does not test what it seems to.
    pub(crate) fn apply(self, modules: &mut Vec<ModuleNode>) -> Result<(), Problem> {
        let Some(replaced) = modules.iter().position(|module| module.module == self.replaced) else {
            return Err(Problem::new(ProblemKind::Override, self.name)
                .detail_at("replaced by", "override_module", self.at)
                .detail("found", "no module of this application imports it")
                .detail("mend", "name the module that is imported, or leave the override out"));
        };
        modules[replaced].imports.clear();
        let kept = reachable(modules);
        let is_kept = |module: &ModuleNode| {
            let known = modules.iter().position(|known| known.module == module.module)?;
            (kept[known] && known != replaced).then_some(known)
        };
        // Where each module of the replacement is to be found; the first of them is the empty application.
        let mut places = vec![0];
        let mut next = modules.len();
        for (number, module) in self.modules.iter().enumerate().skip(1) {
            places.push(match is_kept(module) {
                _ if number == 1 => replaced,
                Some(known) => known,
                None => {
                    next += 1;
                    next - 1
                }
            });
        }
        let renamed = |export: &Export, to: &ModuleNode| match export.id() == self.replaced {
            true => Export::token(Token::of_module(to.module, to.name), export.line),
            false => *export,
        };
        if let Some(replacement) = self.modules.get(1) {
            for module in modules.iter_mut() {
                let exports = module.exports.iter().map(|export| renamed(export, replacement));
                module.exports = exports.collect::<Vec<_>>().into();
            }
        }
        for (mut module, place) in self.modules.into_iter().zip(&places).skip(1) {
            module.imports = module.imports.iter().map(|import| places[*import]).collect();
            if *place == replaced {
                modules[replaced] = module;
            } else if *place == modules.len() {
                modules.push(module);
            } else if modules[*place].is_dynamic {
                modules[*place].configured_again.push(module.at);
            }
        }
        keep_reachable(modules);
        Ok(())
    }
}

/// Which modules the application imports, by whatever way.
fn reachable(modules: &[ModuleNode]) -> Vec<bool> {
    let mut reached = vec![false; modules.len()];
    let mut next = vec![0];
    while let Some(module) = next.pop() {
        if !std::mem::replace(&mut reached[module], true) {
            next.extend(&modules[module].imports);
        }
    }
    reached
}

fn keep_reachable(modules: &mut Vec<ModuleNode>) {
    let reached = reachable(modules);
    let mut places = Vec::with_capacity(modules.len());
    let mut kept = 0;
    for reached in &reached {
        places.push(kept);
        kept += usize::from(*reached);
    }
    let mut reached = reached.iter();
    modules.retain(|_| reached.next().is_some_and(|reached| *reached));
    for module in modules.iter_mut() {
        for import in &mut module.imports {
            *import = places[*import];
        }
    }
}
