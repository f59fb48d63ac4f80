use quote::quote;
use syn::FnArg;

use super::parse::{Controller, Handler};
use crate::driver::is_shared_reference;
use crate::errors::ErrorSink;
use crate::types::is_opaque;

/// As many as axum has.
const MOST_ARGUMENTS: usize = 16;

pub(super) fn controller(controller: &Controller, errors: &mut ErrorSink) {
    if let Some((path, _)) = &controller.item.trait_ {
        let ty = &controller.item.self_ty;
        errors.at(
            path,
            format!(
                "`#[controller]` does not stand on the `impl` of a trait: write `impl {} {{ .. }}`",
                quote!(#ty)
            ),
        );
    }
    if !controller.item.generics.params.is_empty() {
        errors.at(
            &controller.item.generics,
            "a controller is one concrete type: write it without parameters",
        );
    }
    if let Some(prefix) = &controller.prefix_literal
        && !prefix.value().is_empty()
        && !prefix.value().starts_with('/')
    {
        errors.at(prefix, format!("a path begins with `/`: write \"/{}\"", prefix.value()));
    }
    let mut known: Vec<(&str, String)> = Vec::new();
    for handler in &controller.handlers {
        check_handler(handler, errors);
        for route in &handler.routes {
            route.check_path(true, errors);
            // Of two with a `cfg` only one may be there: the check at the start sees which.
            if !handler.conditions.is_empty() {
                continue;
            }
            let this = (route.method, controller.full_path(route));
            if known.contains(&this) {
                errors.at(
                    &route.path,
                    format!(
                        "{} {} is answered twice in this controller: give one of them another path or method",
                        this.0, this.1
                    ),
                );
            }
            known.push(this);
        }
    }
}

fn check_handler(handler: &Handler, errors: &mut ErrorSink) {
    let signature = &handler.signature;
    match signature.inputs.first() {
        Some(FnArg::Receiver(receiver)) if is_shared_reference(receiver) => {}
        Some(FnArg::Receiver(receiver)) => {
            errors.at(receiver, "write `&self`: a controller is shared by all requests");
        }
        _ => errors.at(
            &signature.ident,
            "a handler begins with `&self`: the controller is shared by all requests",
        ),
    }
    if !signature.generics.params.is_empty() {
        errors.at(
            &signature.generics,
            "a handler has no type parameters: write the types that it takes",
        );
    }
    if handler.arguments.len() > MOST_ARGUMENTS {
        errors.at(
            &signature.ident,
            format!("a handler takes at most {MOST_ARGUMENTS} arguments: put some of them into one struct"),
        );
    }
    for ty in handler.arguments.iter().filter(|ty| is_opaque(ty)) {
        errors.at(
            ty,
            "a handler has no type parameters: write the type instead of `impl ..`",
        );
    }
}
