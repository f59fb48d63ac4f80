use proc_macro2::TokenStream;
use quote::format_ident;
use syn::spanned::Spanned;
use syn::{FnArg, Ident, ItemFn, Member, Pat, ReturnType, Type};

use crate::definition::Standing;
use crate::driver::line;
use crate::errors::ErrorSink;
use crate::field::{ComponentField, Source, Taken, take_source};
use crate::keys::Keys;
use crate::paths::Paths;
use crate::types::conditions;

/// A function with `#[provider]`, the attributes of its arguments taken off.
pub(crate) struct Provider {
    pub(crate) item: ItemFn,
    pub(crate) paths: Paths,
    pub(crate) standing: Standing,
    /// What is injected, by the names of the arguments.
    pub(crate) arguments: Vec<ComponentField>,
    pub(crate) output: Option<Type>,
}

pub(crate) fn provider(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> Option<Provider> {
    const KNOWN: &[&str] = &["scope", "qualifier", "primary", "order", "crate"];
    let mut keys = Keys::parse(arguments, KNOWN, errors);
    let standing = Standing::take(&mut keys, errors);
    let paths = Paths::new(keys.take_crate(errors).as_ref());
    keys.finish(errors);
    let mut item = match syn::parse2::<ItemFn>(item) {
        Ok(item) => item,
        Err(error) => {
            errors.at_span(
                error.span(),
                "`#[provider]` stands on a function: `fn pool(..) -> Pool`; on a struct write `#[injectable]`",
            );
            return None;
        }
    };
    let arguments = item
        .sig
        .inputs
        .iter_mut()
        .enumerate()
        .filter_map(|(position, argument)| self::argument(position, argument, errors))
        .collect();
    let output = match &item.sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some((**ty).clone()),
    };
    Some(Provider {
        item,
        paths,
        standing,
        arguments,
        output,
    })
}

fn argument(position: usize, argument: &mut FnArg, errors: &mut ErrorSink) -> Option<ComponentField> {
    let FnArg::Typed(typed) = argument else {
        errors.at(
            argument,
            "a provider is a free function: take what it needs as arguments",
        );
        return None;
    };
    let Taken { source, qualifier, .. } = take_source(&mut typed.attrs, errors);
    if matches!(source, Some(Source::Default(_))) {
        errors.at(
            &typed.ty,
            "an argument has no `#[default]`: make the value in the function",
        );
    }
    Some(ComponentField {
        member: Member::Named(name(position, &typed.pat)),
        ty: (*typed.ty).clone(),
        cfgs: conditions(&typed.attrs),
        line: line(typed.ty.span()),
        governance: false,
        attributed: source.is_some() || qualifier.is_some(),
        qualifier,
        source: source.unwrap_or(Source::Inject),
    })
}

/// A pattern has no name: messages then say which argument it is.
fn name(position: usize, pattern: &Pat) -> Ident {
    match pattern {
        Pat::Ident(pattern) => pattern.ident.clone(),
        _ => format_ident!("argument_{}", position + 1),
    }
}
