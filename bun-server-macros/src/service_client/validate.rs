use syn::{FnArg, GenericParam};

use super::parse::{Argument, Client, Method, Place};
use crate::driver::is_shared_reference;
use crate::errors::ErrorSink;
use crate::service_registry::is_service_name;

pub(super) fn client(client: &Client, errors: &mut ErrorSink) {
    match &client.service {
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
        errors.at(&signature.fn_token, "a call is an `async fn`");
    }
    match signature.inputs.first() {
        Some(FnArg::Receiver(receiver)) if is_shared_reference(receiver) => {}
        _ => errors.at(name, "a call begins with `&self`"),
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
    if method.output.is_none() {
        errors.at(name, "a call returns `Result<T, ClientError>`");
    }
    arguments(method, errors);
}

fn arguments(method: &Method, errors: &mut ErrorSink) {
    let route = &method.routes[0];
    route.check_path(false, errors);
    let in_path = route.arguments();
    let named = |wanted: &str| method.arguments.iter().any(|argument| takes(argument, wanted));
    for wanted in in_path.iter().filter(|wanted| !named(wanted)) {
        let method = &method.item.sig.ident;
        errors.at(
            &route.path,
            format!("the path has `{{{wanted}}}`, and `{method}` no argument `{wanted}`"),
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
        match argument.place {
            Place::Path if !in_path.iter().any(|wanted| name == wanted) => errors.at(
                name,
                format!("`{name}` is not in the path: write `{{{name}}}` there, or mark the argument `#[query]`, `#[header(\"..\")]` or `#[body]`"),
            ),
            Place::Body => {
                bodies += 1;
                if bodies > 1 {
                    errors.at(name, "a call has one body");
                }
            }
            _ => {}
        }
    }
}

fn takes(argument: &Argument, wanted: &str) -> bool {
    matches!(argument.place, Place::Path) && argument.name.as_ref().is_some_and(|name| name == wanted)
}
