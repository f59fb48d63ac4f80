use quote::{ToTokens, quote};
use syn::{Fields, Type};

use super::parse::Module;
use crate::errors::ErrorSink;

pub(super) fn module(module: &Module, errors: &mut ErrorSink) {
    if !matches!(module.item.fields, Fields::Unit) {
        let name = &module.item.ident;
        errors.at(
            name,
            format!("a module holds nothing: write `struct {name};`, and provide components"),
        );
    }
    if !module.item.generics.params.is_empty() {
        errors.at(
            &module.item.generics,
            format!("a module is one type: write `struct {};`", module.item.ident),
        );
    }
    let plain = module
        .providers
        .iter()
        .filter(|provider| provider.bound_to.is_none())
        .map(|provider| &provider.ty);
    repeated(plain.chain(&module.controllers), errors);
    repeated(module.exports.iter(), errors);
    for provider in &module.providers {
        if let Type::TraitObject(_) = &provider.ty {
            let text = provider.ty.to_token_stream();
            errors.at(
                &provider.ty,
                format!("a module provides components: write `Component as {text}`, or `aliases = [{text} as ..]` for what exists"),
            );
        }
    }
    for alias in module.aliases.iter().filter(|alias| alias.bound_to.is_none()) {
        errors.at(
            &alias.ty,
            format!(
                "write under what else it is known: `{} as dyn Trait`",
                alias.ty.to_token_stream()
            ),
        );
    }
}

/// A type that is written twice to the letter; what only means the same is found when the application starts.
fn repeated<'a>(types: impl Iterator<Item = &'a Type>, errors: &mut ErrorSink) {
    let mut seen: Vec<String> = Vec::new();
    for ty in types {
        let text = quote!(#ty).to_string();
        if seen.contains(&text) {
            errors.at(ty, format!("`{text}` is listed twice: keep one"));
        } else {
            seen.push(text);
        }
    }
}
