use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, FnArg, Ident, ImplItem, Item, ItemImpl, LitStr, Pat, ReturnType, Signature, Type};

use crate::driver::head;
use crate::errors::ErrorSink;
use crate::keys::Keys;
use crate::paths::Paths;
use crate::route::{self, Route, Side};
use crate::types::conditions;

/// An `impl` block with `#[controller]`, the attributes of its routes taken off.
pub(crate) struct Controller {
    pub(crate) item: ItemImpl,
    pub(crate) paths: Paths,
    pub(crate) prefix: String,
    pub(crate) prefix_literal: Option<LitStr>,
    /// `layer = [outer, inner]`: what stands around all of its routes.
    pub(crate) layers: Vec<Expr>,
    pub(crate) handlers: Vec<Handler>,
}

pub(crate) struct Handler {
    pub(crate) name: Ident,
    pub(crate) signature: Signature,
    pub(crate) routes: Vec<Route>,
    /// Its `#[cfg(..)]`.
    pub(crate) conditions: Vec<Attribute>,
    /// Types of the arguments after `&self`.
    pub(crate) arguments: Vec<Type>,
    /// Their names for messages.
    pub(crate) argument_names: Vec<String>,
    pub(crate) output: Option<Type>,
}

pub(crate) fn controller(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> Option<Controller> {
    let mut keys = Keys::parse(arguments, &["layer", "crate"], errors);
    let prefix_literal = keys
        .take_positional::<LitStr>("#[controller(\"/orders\")]", errors)
        .ok()
        .flatten();
    let layers = keys.take_list("layer", "[outer, inner]", errors);
    let renamed = keys.take_crate(errors);
    keys.finish(errors);
    let mut item = match syn::parse2::<Item>(item) {
        Ok(Item::Impl(item)) => item,
        Ok(other) => {
            errors.at(
                &head(&other),
                "`#[controller]` stands on an `impl` block: `#[controller(\"/orders\")] impl OrderController { .. }`",
            );
            return None;
        }
        Err(error) => {
            errors.add(error);
            return None;
        }
    };
    let mut handlers = Vec::new();
    for member in &mut item.items {
        let ImplItem::Fn(function) = member else { continue };
        let routes = route::take(&mut function.attrs, Side::Server, errors);
        if routes.is_empty() {
            continue;
        }
        let typed = |argument: &FnArg| match argument {
            FnArg::Typed(typed) => Some((*typed.ty).clone()),
            FnArg::Receiver(_) => None,
        };
        handlers.push(Handler {
            name: function.sig.ident.clone(),
            signature: function.sig.clone(),
            routes,
            conditions: conditions(&function.attrs),
            arguments: function.sig.inputs.iter().filter_map(typed).collect(),
            argument_names: function.sig.inputs.iter().filter_map(argument_name).collect(),
            output: match &function.sig.output {
                ReturnType::Default => None,
                ReturnType::Type(_, ty) => Some((**ty).clone()),
            },
        });
    }
    let prefix = prefix_literal.as_ref().map(LitStr::value).unwrap_or_default();
    let prefix = prefix.trim_end_matches('/').to_owned();
    Some(Controller {
        item,
        paths: Paths::new(renamed.as_ref()),
        prefix,
        prefix_literal,
        layers,
        handlers,
    })
}

impl Controller {
    /// The whole path of a route.
    pub(crate) fn full_path(&self, route: &Route) -> String {
        match (self.prefix.as_str(), route.path.value().as_str()) {
            ("", "" | "/") => "/".to_owned(),
            (prefix, "" | "/") => prefix.to_owned(),
            (prefix, path) => format!("{prefix}{path}"),
        }
    }
}

/// The name that an argument binds: `user` in `user: Dep<User>` and in `Dep(user): Dep<User>`.
fn argument_name(argument: &FnArg) -> Option<String> {
    fn bound(pattern: &Pat) -> Option<String> {
        match pattern {
            Pat::Ident(pattern) => Some(pattern.ident.unraw().to_string()),
            Pat::TupleStruct(pattern) if pattern.elems.len() == 1 => bound(pattern.elems.first()?),
            _ => None,
        }
    }
    match argument {
        FnArg::Receiver(_) => None,
        FnArg::Typed(typed) => Some(bound(&typed.pat).unwrap_or_else(|| "_".to_owned())),
    }
}
