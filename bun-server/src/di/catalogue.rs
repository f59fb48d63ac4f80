//! The catalogue: every annotated component and module of the program. It activates nothing: an application takes from it
//! only the recipe of a concrete component that it was asked for, and names for its messages.
//!
//! `inventory` sees a crate only if something of it is named: a crate of components that nothing names needs one
//! `use that_crate as _;`.

use std::any::{Any, TypeId};
use std::fmt;

use super::{Definition, ModuleDefinition, Token};

/// One component of the program.
#[derive(Debug)]
pub struct Registration(pub &'static Definition);
inventory::collect!(Registration);

/// One `#[module]` of the program, imported or not.
#[derive(Debug)]
pub struct ModuleRegistration(pub &'static ModuleDefinition);
inventory::collect!(ModuleRegistration);

/// What an upper layer knows of a component: that it is a controller.
#[derive(Clone, Copy)]
pub struct Attached {
    /// The component.
    pub component: TypeId,
    /// What it asks for besides.
    pub asks: &'static Definition,
    /// What the upper layer reads.
    pub attachment: &'static (dyn Any + Send + Sync),
}
inventory::collect!(Attached);

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attached({})", (self.asks.name)())
    }
}

fn components() -> impl Iterator<Item = &'static Definition> {
    inventory::iter::<Registration>
        .into_iter()
        .map(|registration| registration.0)
}

fn modules() -> impl Iterator<Item = &'static ModuleDefinition> {
    inventory::iter::<ModuleRegistration>
        .into_iter()
        .map(|registration| registration.0)
}

/// What was attached to a component.
pub(crate) fn attached_to(component: TypeId) -> impl Iterator<Item = &'static Attached> {
    inventory::iter::<Attached>
        .into_iter()
        .filter(move |attached| attached.component == component)
}

/// Components that provide `token` and that no module of the program lists, in order of declaration.
pub(crate) fn unclaimed(token: Token) -> Vec<&'static Definition> {
    let provides = |definition: &&Definition| definition.provides.contains(&token);
    let free = |definition: &&'static Definition| {
        !modules().any(|module| lists(module, definition.component) || discovers(module, definition))
    };
    in_order(components().filter(provides).filter(free).collect())
}

/// What a module with `discover` takes: everything that is declared at or below its own path, save what another module lists,
/// or finds nearer.
pub(crate) fn discovered(module: &ModuleDefinition) -> Vec<&'static Definition> {
    in_order(
        components()
            .filter(|definition| discovers(module, definition))
            .collect(),
    )
}

/// Link order is not an order.
fn in_order(mut found: Vec<&'static Definition>) -> Vec<&'static Definition> {
    found.sort_by_key(|definition| (definition.at.file, definition.at.line));
    found
}

/// Whether a module names a component in its list.
fn lists(module: &ModuleDefinition, component: TypeId) -> bool {
    module.providers.iter().any(|provider| provider.component == component)
}

fn discovers(module: &ModuleDefinition, definition: &Definition) -> bool {
    let covers = |module: &ModuleDefinition| module.discover && is_below(definition.module_path, module.module_path);
    let nearer = |other: &ModuleDefinition| covers(other) && other.module_path.len() > module.module_path.len();
    covers(module)
        && !modules()
            .filter(|other| other.module != module.module)
            .any(|other| lists(other, definition.component) || nearer(other))
}

/// `shop::orders` and `shop::orders::sql` are at or below `shop::orders`, and `shop::orders_old` is not.
fn is_below(path: &str, of: &str) -> bool {
    path.strip_prefix(of)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Modules of the program that list a component which provides `token`, with that component.
pub(crate) fn listed(token: Token) -> Vec<(&'static ModuleDefinition, &'static Definition)> {
    let of = |module: &'static ModuleDefinition| {
        let found = if module.discover {
            discovered(module)
        } else {
            Vec::new()
        };
        let provided = module.providers.iter().copied().chain(found);
        provided.map(move |definition| (module, definition))
    };
    let mut found: Vec<_> = modules()
        .flat_map(of)
        .filter(|(_, definition)| definition.provides.contains(&token))
        .collect();
    found.sort_by_key(|(_, definition)| (definition.at.file, definition.at.line));
    found
}

/// What to type when a token of the framework is missing.
#[derive(Debug)]
pub(crate) struct Hint {
    pub(crate) token: Token,
    pub(crate) mend: &'static str,
}
inventory::collect!(Hint);

pub(crate) fn hint(token: Token) -> Option<&'static str> {
    inventory::iter::<Hint>
        .into_iter()
        .find(|hint| hint.token.id() == token.id())
        .map(|hint| hint.mend)
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn below_is_by_whole_segments() {
        assert!(is_below("shop::orders", "shop::orders") && is_below("shop::orders::sql", "shop::orders"));
        assert!(!is_below("shop::orders_old", "shop::orders") && !is_below("shop", "shop::orders"));
    }
}
