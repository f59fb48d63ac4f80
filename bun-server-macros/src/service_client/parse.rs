use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::{FnArg, Ident, Item, ItemTrait, LitStr, Meta, Pat, PatType, ReturnType, TraitItem, TraitItemFn, Type};

use crate::driver::head;
use crate::errors::ErrorSink;
use crate::keys::Keys;
use crate::paths::Paths;
use crate::policy::{Policies, take_from_trait_method};
use crate::route::{self, Route, Side};
use crate::types::arguments;

/// A trait with `#[service_client]`, the attributes of its methods and arguments taken off.
pub(crate) struct Client {
    pub(crate) item: ItemTrait,
    pub(crate) paths: Paths,
    pub(crate) service: Option<LitStr>,
    pub(crate) fallback: Option<Type>,
    pub(crate) methods: Vec<Method>,
    /// What an error about the attribute itself points at.
    pub(crate) attribute: Span,
    /// A key was unknown: perhaps the one that is missed.
    pub(crate) misspelt: bool,
}

pub(crate) struct Method {
    pub(crate) item: TraitItemFn,
    pub(crate) routes: Vec<Route>,
    pub(crate) policies: Policies,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) output: Option<Type>,
}

pub(crate) struct Argument {
    /// `None`: a pattern, which cannot be named.
    pub(crate) name: Option<Ident>,
    pub(crate) typed: PatType,
    pub(crate) place: Place,
}

/// Where an argument is written.
pub(crate) enum Place {
    /// Into the path, by its name.
    Path,
    Query(String),
    Header(LitStr),
    Body,
}

pub(crate) fn client(attribute: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> Option<Client> {
    let before = errors.is_empty();
    let mut keys = Keys::parse(attribute, &["name", "fallback", "crate"], errors);
    let misspelt = before && !errors.is_empty();
    let paths = Paths::new(keys.take_crate(errors).as_ref());
    let service = keys.take("name", "\"user-service\"", errors);
    let fallback = keys.take("fallback", "Component", errors);
    keys.finish(errors);
    let mut item = match syn::parse2::<Item>(item) {
        Ok(Item::Trait(item)) => item,
        Ok(other) => {
            errors.at(
                &head(&other),
                "`#[service_client]` stands on a trait: `trait UserApi { .. }`",
            );
            return None;
        }
        Err(error) => {
            errors.add(error);
            return None;
        }
    };
    let mut methods = Vec::new();
    for member in &mut item.items {
        if let TraitItem::Fn(function) = member {
            methods.push(method(function, &paths, errors));
        }
    }
    Some(Client {
        item,
        paths,
        service,
        fallback,
        methods,
        attribute: Span::call_site(),
        misspelt,
    })
}

fn method(function: &mut TraitItemFn, paths: &Paths, errors: &mut ErrorSink) -> Method {
    let routes = route::take(&mut function.attrs, Side::Client, errors);
    let policies = take_from_trait_method(&mut function.attrs, paths, errors);
    let arguments = function
        .sig
        .inputs
        .iter_mut()
        .filter_map(|argument| self::argument(argument, errors))
        .collect();
    let output = match &function.sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some((**ty).clone()),
    };
    Method {
        item: function.clone(),
        routes,
        policies,
        arguments,
        output,
    }
}

fn argument(argument: &mut FnArg, errors: &mut ErrorSink) -> Option<Argument> {
    let FnArg::Typed(typed) = argument else { return None };
    let name = match &*typed.pat {
        Pat::Ident(pattern) => Some(pattern.ident.clone()),
        _ => None,
    };
    let mut places: Vec<Place> = Vec::new();
    typed.attrs.retain(|attribute| {
        let path = attribute.path();
        let named = syn::parse2::<LitStr>(arguments(attribute));
        let bare = matches!(attribute.meta, Meta::Path(_));
        let place = if path.is_ident("query") {
            if named.is_err() && !bare {
                errors.at(
                    attribute,
                    "write `#[query]`, or another name in quotes: `#[query(\"page\")]`",
                );
            }
            let own = name.as_ref().map(|name| name.unraw().to_string()).unwrap_or_default();
            Place::Query(named.map_or(own, |name| name.value()))
        } else if path.is_ident("header") {
            let named = named.unwrap_or_else(|_| {
                errors.at(attribute, "name the header: `#[header(\"x-tenant\")]`");
                LitStr::new("x", Span::call_site())
            });
            Place::Header(named)
        } else if path.is_ident("body") {
            if !bare {
                errors.at(attribute, "write `#[body]`: the argument is sent as JSON");
            }
            Place::Body
        } else {
            return true;
        };
        if !places.is_empty() {
            errors.at(attribute, "an argument goes to one place: keep one of its attributes");
        }
        places.push(place);
        false
    });
    let place = places.into_iter().next().unwrap_or(Place::Path);
    Some(Argument {
        name,
        typed: typed.clone(),
        place,
    })
}
