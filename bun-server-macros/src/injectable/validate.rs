use quote::ToTokens as _;
use syn::{GenericParam, Type};

use super::parse::Component;
use crate::definition::Scope;
use crate::errors::ErrorSink;
use crate::field::{ComponentField, Source};

pub(super) fn component(component: &Component, errors: &mut ErrorSink) {
    generics(component, errors);
    provided(component, errors);
    for field in &component.fields {
        owned(field, errors);
    }
    if component.standing.scope != Scope::Singleton {
        let hooks = [
            ("on_start", &component.on_start),
            ("on_ready", &component.on_ready),
            ("on_stop", &component.on_stop),
        ];
        for (key, hook) in hooks.iter().filter_map(|(key, hook)| Some((key, hook.as_ref()?))) {
            errors.at(
                hook,
                format!("only a singleton has `{key}`: take `scope` out, or do this in the constructor and in `Drop`"),
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
    // Of those under a `#[cfg]` one may be there at a time.
    let governances = component
        .fields
        .iter()
        .filter(|field| field.governance && field.cfgs.is_empty());
    for another in governances.skip(1) {
        errors.at(
            &another.ty,
            "only one field holds the `Governance` of a component: `governance`, or the one that is marked",
        );
    }
}

fn generics(component: &Component, errors: &mut ErrorSink) {
    let (generics, name) = (&component.item.generics, &component.item.ident);
    let only_lifetimes = generics
        .params
        .iter()
        .all(|parameter| matches!(parameter, GenericParam::Lifetime(_)));
    if generics.params.is_empty() {
        return;
    }
    if only_lifetimes {
        errors.at(
            generics,
            format!("a component borrows nothing: write `struct {name}`, and own what it holds"),
        );
    } else {
        errors.at(
            generics,
            format!("a component is one concrete type: write `struct Users(..)` around `{name}<User>`, or provide a value of it in a module"),
        );
    }
}

fn provided(component: &Component, errors: &mut ErrorSink) {
    let mut seen: Vec<String> = Vec::new();
    for ty in &component.provide {
        let text = ty.to_token_stream().to_string();
        match ty {
            _ if seen.contains(&text) => errors.at(ty, format!("`{text}` is listed twice: keep one")),
            Type::TraitObject(_) => {}
            Type::Path(path) if path.path.is_ident("Self") || path.path.is_ident(&component.item.ident) => {}
            Type::Path(_) => errors.at(
                ty,
                format!("a component provides a trait or itself: write `dyn {text}`, or `Self`"),
            ),
            _ => errors.at(
                ty,
                "a component provides a trait or itself: write `dyn Trait`, or `Self`",
            ),
        }
        seen.push(text);
    }
}

/// A reference to something static is as good as a value, where the field's attribute makes it.
fn owned(field: &ComponentField, errors: &mut ErrorSink) {
    let Type::Reference(reference) = &field.ty else { return };
    let inner = &reference.elem;
    let is_static = reference
        .lifetime
        .as_ref()
        .is_some_and(|lifetime| lifetime.ident == "static");
    let is_text = matches!(&**inner, Type::Path(path) if path.path.is_ident("str"));
    let write = match &field.source {
        Source::Default(_) if is_static => return,
        Source::Default(_) | Source::Value(_) if is_text => "String".to_owned(),
        Source::Default(_) | Source::Value(_) => inner.to_token_stream().to_string(),
        Source::Inject => format!("Arc<{}>", inner.to_token_stream()),
    };
    errors.at(&field.ty, format!("a component owns its fields: write `{write}`"));
}
