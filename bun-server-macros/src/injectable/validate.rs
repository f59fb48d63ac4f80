use syn::{Fields, Type};

use super::parse::Component;
use crate::errors::ErrorSink;

pub(super) fn component(component: &Component, errors: &mut ErrorSink) {
    let name = &component.item.ident;
    if !component.item.generics.params.is_empty() {
        errors.at(
            &component.item.generics,
            format!("a component is one concrete type: write `struct Users(..)` around `{name}<User>`, or provide a value of it in a module"),
        );
    }
    for ty in &component.provide {
        let is_trait_or_self = match ty {
            Type::TraitObject(_) => true,
            Type::Path(path) => path.path.is_ident("Self") || path.path.is_ident(name),
            _ => false,
        };
        if !is_trait_or_self {
            errors.at(ty, "a component provides `dyn Trait`, or `Self`");
        }
    }
    for field in &component.fields {
        if let Type::Reference(reference) = &field.ty {
            let inner = &reference.elem;
            errors.at(
                &field.ty,
                format!("a component owns its fields: write `Arc<{}>`", quote::quote!(#inner)),
            );
        }
    }
    if component.new.is_some() {
        for field in component.fields.iter().filter(|field| field.attributed) {
            errors.at(
                &field.ty,
                "with `new = ..` the constructor fills this field: move the attribute's value there, or drop `new`",
            );
        }
    }
    let governed = component.fields.iter().filter(|field| field.governance).count();
    if governed > 1 {
        errors.at(name, "only one field holds the `Governance` of a component");
    }
    if matches!(component.item.fields, Fields::Unit) && !component.fields.is_empty() {
        errors.at(name, "a unit struct has no fields");
    }
}
