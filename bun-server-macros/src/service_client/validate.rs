use syn::ext::IdentExt;
use syn::{FnArg, GenericParam, TraitItem};

use super::parse::{Argument, Client, Method, Place};
use crate::driver::is_shared_reference;
use crate::errors::ErrorSink;
use crate::service_registry::is_service_name;
use crate::types::is_opaque;

const METHODS_ONLY: &str = "a service client has only methods: it is injected as `dyn Trait`";

pub(super) fn client(client: &Client, errors: &mut ErrorSink) {
    match &client.service {
        None if client.misspelt => {}
        None => errors.at_span(
            client.attribute,
            "name the service: `#[service_client(name = \"user-service\")]`",
        ),
        Some(name) if !is_service_name(&name.value()) => {
            errors.at(
                name,
                "not a service name: 1 to 128 letters, digits, `.`, `_`, `:`, `-`, the first a letter or digit",
            );
        }
        Some(_) => {}
    }
    if !client.item.generics.params.is_empty() {
        errors.at(
            &client.item.generics,
            "a service client has no type parameters: it is injected as `dyn Trait`",
        );
    }
    for other in &client.item.items {
        match other {
            TraitItem::Type(item) => errors.at(&item.ident, METHODS_ONLY),
            TraitItem::Const(item) => errors.at(&item.ident, METHODS_ONLY),
            _ => {}
        }
    }
    client.methods.iter().for_each(|method| self::method(method, errors));
}

fn method(method: &Method, errors: &mut ErrorSink) {
    let signature = &method.item.sig;
    let name = &signature.ident;
    if method.routes.is_empty() {
        if method.item.default.is_none() {
            errors.at(
                name,
                "say what is called: `#[get(\"/path\")]`, or give the method a body",
            );
        }
        return;
    }
    if let Some(again) = method.routes.get(1) {
        errors.at(&again.path, "a method calls one path: keep one of the attributes");
    }
    if let Some(body) = &method.item.default {
        errors.at(body, "a method with a path has no body: the attribute makes it");
    }
    if signature.asyncness.is_none() {
        errors.at(
            &signature.fn_token,
            format!("a call waits for its answer: write `async fn {name}`"),
        );
    }
    match signature.inputs.first() {
        Some(FnArg::Receiver(receiver)) if is_shared_reference(receiver) => {}
        _ => errors.at(name, "a call begins with `&self`: write it as the first argument"),
    }
    if let Some(parameter) = signature
        .generics
        .params
        .iter()
        .find(|parameter| !matches!(parameter, GenericParam::Lifetime(_)))
    {
        errors.at(
            parameter,
            "a call has no type parameters: the client is injected as `dyn Trait`",
        );
    }
    match &method.output {
        None => errors.at(name, "a call returns `Result<T, ClientError>`: write it behind `->`"),
        Some(ty) if is_opaque(ty) => errors.at(ty, "a call returns `Result<T, ClientError>`, not `impl Trait`"),
        Some(_) => {}
    }
    arguments(method, errors);
}

fn arguments(method: &Method, errors: &mut ErrorSink) {
    let route = &method.routes[0];
    route.check_path(false, errors);
    let in_path = route.arguments();
    // An argument without a name may be the one that is missed.
    let all_named = method.arguments.iter().all(|argument| argument.name.is_some());
    let named = |wanted: &str| method.arguments.iter().any(|argument| takes(argument, wanted));
    for wanted in in_path.iter().filter(|wanted| all_named && !named(wanted)) {
        let method = &method.item.sig.ident;
        if wanted.starts_with('*') {
            errors.at(
                &route.path,
                format!("a call goes to one path: `{{{wanted}}}` cannot be filled"),
            );
            continue;
        }
        errors.at(
            &route.path,
            format!("the path has `{{{wanted}}}`, and `{method}` no argument `{wanted}`: add `{wanted}: ..`"),
        );
    }
    let mut bodies = 0;
    for argument in &method.arguments {
        let Some(name) = &argument.name else {
            errors.at(
                &argument.typed.pat,
                "an argument of a call has a name: it says where the value goes",
            );
            continue;
        };
        if is_opaque(&argument.typed.ty) {
            errors.at(
                &argument.typed.ty,
                "a call has no type parameters: write the type instead of `impl ..`",
            );
        }
        match &argument.place {
            Place::Path if !in_path.iter().any(|wanted| name.unraw() == wanted.trim_start_matches('*')) => errors.at(
                name,
                format!("`{name}` is not in the path: write `{{{name}}}` there, or mark the argument `#[query]`, `#[header(\"..\")]` or `#[body]`"),
            ),
            Place::Body => {
                bodies += 1;
                if bodies > 1 {
                    errors.at(name, "a call has one body: put both into one struct");
                }
            }
            Place::Header(name) if !is_header_name(&name.value()) => {
                errors.at(name, "not the name of a header: letters, digits and `-`, such as \"x-tenant\"");
            }
            _ => {}
        }
    }
}

/// A token of RFC 9110.
fn is_header_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}

fn takes(argument: &Argument, wanted: &str) -> bool {
    matches!(argument.place, Place::Path) && argument.name.as_ref().is_some_and(|name| name.unraw() == wanted)
}
