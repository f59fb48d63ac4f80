//! The catalogue: every annotated component and module of the program. It activates nothing: an application takes from it
//! only the recipe of a concrete component that it was asked for, and names for its messages.
//!
//! `inventory` sees a crate only if something of it is named: a crate of components that nothing names needs one
//! `use that_crate as _;`.

use std::any::TypeId;

use super::{Definition, ModuleDefinition, Token};

/// One component of the program.
#[derive(Debug)]
pub struct Registration(pub &'static Definition);
inventory::collect!(Registration);

/// One `#[module]` of the program, imported or not.
#[derive(Debug)]
pub struct ModuleRegistration(pub &'static ModuleDefinition);
inventory::collect!(ModuleRegistration);

/// Components that provide `token` and that no module of the program lists, in order of declaration.
pub(crate) fn unclaimed(token: Token) -> Vec<&'static Definition> {
    let mut found: Vec<&'static Definition> = inventory::iter::<Registration>
        .into_iter()
        .map(|registration| registration.0)
        .filter(|definition| definition.provides.contains(&token))
        .filter(|definition| claiming(definition.component).next().is_none())
        .collect();
    // Link order is not an order.
    found.sort_by_key(|definition| (definition.at.file, definition.at.line));
    found
}

/// Modules of the program that list the component.
pub(crate) fn claiming(component: TypeId) -> impl Iterator<Item = &'static ModuleDefinition> {
    inventory::iter::<ModuleRegistration>
        .into_iter()
        .map(|registration| registration.0)
        .filter(move |module| module.providers.iter().any(|provider| provider.component == component))
}

/// Modules of the program that list a component which provides `token`, with that component.
pub(crate) fn listed(token: Token) -> Vec<(&'static ModuleDefinition, &'static Definition)> {
    let mut found: Vec<_> = inventory::iter::<ModuleRegistration>
        .into_iter()
        .flat_map(|registration| {
            registration
                .0
                .providers
                .iter()
                .map(|provider| (registration.0, *provider))
        })
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
