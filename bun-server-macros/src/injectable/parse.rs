use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{DeriveInput, Expr, ExprPath, Field, Index, Item, ItemStruct, Member, Meta, Type};

use crate::definition::Standing;
use crate::driver::{head, line};
use crate::errors::ErrorSink;
use crate::field::{ComponentField, Source, Taken, take_source};
use crate::keys::Keys;
use crate::paths::Paths;
use crate::types::{arguments, conditions};

/// A struct with `#[injectable]`, its helper attributes taken off.
pub(crate) struct Component {
    pub(crate) item: ItemStruct,
    pub(crate) paths: Paths,
    pub(crate) provide: Vec<Type>,
    /// The constructor, when it is not the struct's own fields.
    pub(crate) new: Option<Expr>,
    pub(crate) standing: Standing,
    pub(crate) on_start: Option<ExprPath>,
    pub(crate) on_ready: Option<ExprPath>,
    pub(crate) on_stop: Option<ExprPath>,
    pub(crate) fields: Vec<ComponentField>,
}

pub(crate) fn component(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> Option<Component> {
    const KNOWN: &[&str] = &[
        "provide",
        "new",
        "scope",
        "qualifier",
        "primary",
        "order",
        "on_start",
        "on_ready",
        "on_stop",
        "crate",
    ];
    let mut keys = Keys::parse(arguments, KNOWN, errors);
    let renamed = keys.take_crate(errors);
    let provide = keys.take_list("provide", "dyn Trait", errors);
    let new = keys.take("new", "Self::connect", errors);
    let mut standing = Standing::take(&mut keys, errors);
    let on_start = keys.take("on_start", "Self::method", errors);
    let on_ready = keys.take("on_ready", "Self::method", errors);
    let on_stop = keys.take("on_stop", "Self::method", errors);
    keys.finish(errors);
    standing.has_hooks = on_start.is_some() || on_ready.is_some() || on_stop.is_some();
    let mut item = match syn::parse2::<Item>(item) {
        Ok(Item::Struct(item)) => item,
        Ok(other) => {
            errors.at(
                &head(&other),
                "`#[injectable]` stands on a struct: its fields are what is injected",
            );
            return None;
        }
        Err(error) => {
            errors.add(error);
            return None;
        }
    };
    let fields = item
        .fields
        .iter_mut()
        .enumerate()
        .map(|(position, field)| parse_field(position, field, errors))
        .collect();
    Some(Component {
        item,
        paths: Paths::new(renamed.as_ref()),
        provide,
        new,
        standing,
        on_start,
        on_ready,
        on_stop,
        fields,
    })
}

/// The same for the derive, whose keys stand in an attribute of the item.
pub(crate) fn derived(item: TokenStream, errors: &mut ErrorSink) -> Option<Component> {
    let parsed = errors.keep(syn::parse2::<DeriveInput>(item.clone()))?;
    let mut keys = TokenStream::new();
    for attribute in &parsed.attrs {
        if !attribute.path().is_ident("injectable") {
            continue;
        }
        if let Meta::NameValue(pair) = &attribute.meta {
            errors.at(&pair.value, "write `#[injectable(key = value)]`");
        }
        let more = arguments(attribute);
        keys.extend(if keys.is_empty() { more } else { quote!(, #more) });
    }
    component(keys, item, errors)
}

fn parse_field(position: usize, field: &mut Field, errors: &mut ErrorSink) -> ComponentField {
    let member = field
        .ident
        .clone()
        .map_or_else(|| Member::Unnamed(Index::from(position)), Member::Named);
    let Taken {
        source,
        governance: marked,
        qualifier,
    } = take_source(&mut field.attrs, errors);
    let named = field.ident.as_ref().is_some_and(|name| name == "governance");
    ComponentField {
        member,
        ty: field.ty.clone(),
        cfgs: conditions(&field.attrs),
        line: line(field.ty.span()),
        governance: marked || (named && source.is_none()),
        attributed: source.is_some() || qualifier.is_some(),
        qualifier,
        source: source.unwrap_or(Source::Inject),
    }
}
