use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::Expr;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned;

use super::parse::{Controller, Handler};
use crate::definition::{Definition, Scope, Standing, needs};
use crate::driver::line;
use crate::paths::Paths;
use crate::route::Route;
use crate::types::{conditions, is_opaque, place};

pub(super) fn controller(controller: &Controller) -> TokenStream {
    let Controller {
        item, paths, handlers, ..
    } = controller;
    let ty = &item.self_ty;
    let ty_line = line(ty.span());
    let conditions = conditions(&item.attrs);
    let all = || {
        handlers
            .iter()
            .flat_map(|handler| handler.routes.iter().map(move |route| (handler, route)))
    };
    let definitions = all().map(|(handler, route)| definition(controller, handler, route));
    let routes = all().map(|(handler, route)| mount(controller, handler, route));
    let handlers = handlers_definition(controller);
    let around = (!controller.layers.is_empty()).then(|| {
        let layered = layered(paths, &controller.layers, quote!(__bun_router));
        quote!(let __bun_router = #layered;)
    });
    quote! {
        #item

        #(#conditions)*
        #[automatically_derived]
        #[allow(deprecated, reason = "what is generated for an item is no use of it")]
        impl #paths::Controller for #ty {
            const CONTROLLER: &'static #paths::ControllerDefinition = &#paths::ControllerDefinition {
                controller: #paths::core::any::TypeId::of::<#ty>(),
                name: #paths::core::any::type_name::<#ty>,
                at: #paths::SourceLocation { file: #paths::core::file!(), line: #ty_line },
                routes: &[#(#definitions),*],
                router: |__bun_container| {
                    let __bun_controller = match #paths::controller::<#ty>(__bun_container) {
                        #paths::core::result::Result::Ok(__bun_controller) => __bun_controller,
                        #paths::core::result::Result::Err(__bun_error) => {
                            return #paths::core::result::Result::Err(__bun_error)
                        }
                    };
                    let _ = &__bun_controller;
                    let __bun_router = #paths::axum::Router::new();
                    #(#routes)*
                    #around
                    let __bun_router = #paths::mount::of_controller(
                        __bun_router,
                        __bun_container,
                        #paths::core::any::TypeId::of::<#paths::HandlersOf<#ty>>(),
                    );
                    #paths::core::result::Result::Ok(__bun_router)
                },
            };
            const HANDLERS: &'static #paths::Definition = #handlers;
        }
        #(#conditions)*
        const _: () = {
            #paths::inventory::submit! { #paths::attached::<#ty>() }
        };
    }
}

/// The item, and a controller that nothing else complains about.
pub(super) fn broken(controller: &Controller) -> TokenStream {
    let Controller { item, paths, .. } = controller;
    if item.trait_.is_some() || !item.generics.params.is_empty() {
        return quote!(#item);
    }
    let (ty, conditions) = (&item.self_ty, conditions(&item.attrs));
    quote! {
        #item
        #(#conditions)*
        impl #paths::Controller for #ty {
            const CONTROLLER: &'static #paths::ControllerDefinition = #paths::BROKEN_CONTROLLER;
            const HANDLERS: &'static #paths::Definition = #paths::BROKEN_COMPONENT;
        }
    }
}

/// What the handlers ask of the graph, by the types of their arguments: provides nothing, and is never built.
fn handlers_definition(controller: &Controller) -> TokenStream {
    let (paths, ty) = (&controller.paths, &controller.item.self_ty);
    let dependencies: Vec<_> = controller
        .handlers
        .iter()
        .flat_map(|handler| {
            let names = handler.argument_names.iter();
            handler.arguments.iter().zip(names).map(move |(argument, name)| {
                let (label, line) = (format!("{}({name})", handler.name.unraw()), line(argument.span()));
                let conditions = &handler.conditions;
                quote! {
                    #(#conditions)*
                    #paths::Dependency {
                        edge: { use #paths::mount::WantsNothing as _; #paths::mount::ArgumentOf::<#argument>::EDGE },
                        member: #label,
                        line: #line,
                    }
                }
            })
        })
        .collect();
    Definition {
        paths,
        component: quote!(#paths::HandlersOf<#ty>),
        name: quote!(#ty),
        line: line(ty.span()),
        standing: Some(&Standing {
            scope: Scope::Request,
            ..Standing::default()
        }),
        of: None,
        provides: Vec::new(),
        needs: needs(paths, &dependencies, false),
        externals: Vec::new(),
        constructor: quote!(#paths::Constructor::Function(|_| #paths::core::result::Result::Ok(()))),
    }
    .into_token_stream()
}

/// The routes with layers around them, the first one outermost. What is missing of a layer is shown at its expression.
fn layered(paths: &Paths, layers: &[Expr], routes: TokenStream) -> TokenStream {
    let around = layers.iter().rev().fold(routes, |routes, layer| {
        let at_layer = paths.spanned(place(layer));
        quote_spanned!(place(layer)=> #at_layer::mount::layered(#routes, #layer))
    });
    quote!(#paths::mount::observed(#around))
}

fn definition(controller: &Controller, handler: &Handler, route: &Route) -> TokenStream {
    let paths = &controller.paths;
    let (method, path, name) = (
        route.method,
        controller.full_path(route),
        handler.name.unraw().to_string(),
    );
    let line = line(handler.name.span());
    let conditions = &handler.conditions;
    quote!(#(#conditions)* #paths::RouteDefinition { method: #method, path: #path, handler: #name, line: #line })
}

/// One statement: the router with this route too. What is missing is shown at the handler's types, or at its name.
fn mount(controller: &Controller, handler: &Handler, route: &Route) -> TokenStream {
    let (ty, name, path) = (&controller.item.self_ty, &handler.name, controller.full_path(route));
    let method = format_ident!("{}", route.method);
    let mount = format_ident!("with_{}", handler.arguments.len(), span = place(name));
    let (paths, at_name) = (&controller.paths, controller.paths.spanned(place(name)));
    let types = &handler.arguments;
    let arguments: Vec<_> = (0..types.len())
        .map(|index| format_ident!("__bun_argument_{index}"))
        .collect();
    let wait = handler.signature.asyncness.map(|_| quote!(.await));
    let answer = quote_spanned!(place(name)=> <#ty>::#name(&*__bun_controller, #(#arguments),*) #wait);
    let (output, answer) = match &handler.output {
        None => (quote!(()), answer),
        Some(ty) if is_opaque(ty) => {
            let at_type = paths.spanned(place(ty));
            let shown = quote_spanned!(place(ty)=> #at_type::mount::answer(__bun_answer));
            (
                quote!(#paths::axum::response::Response),
                quote!(let __bun_answer = #answer; #shown),
            )
        }
        Some(ty) => (quote!(#ty), answer),
    };
    // `Via`: how the last argument is taken out.
    let via = (!types.is_empty()).then(|| quote!(_,));
    let call = quote_spanned! {place(name)=>
        move |#(#arguments),*| {
            let __bun_controller = #at_name::core::clone::Clone::clone(&__bun_controller);
            async move { #answer }
        }
    };
    let filter = match route.method {
        "ANY" => quote!(#paths::mount::ANY),
        _ => quote!(#paths::axum::routing::MethodFilter::#method),
    };
    let path_and_method = quote!(#path, #filter);
    let onto = if route.layers.is_empty() {
        quote!(__bun_router)
    } else {
        quote!(#paths::axum::Router::new())
    };
    let mount = quote_spanned! {place(name)=>
        #at_name::mount::#mount::<#(#types,)* #output, #via _, _, _>(#onto, #path_and_method, #call)
    };
    let mount = if route.layers.is_empty() {
        mount
    } else {
        let layered = layered(paths, &route.layers, mount);
        quote!(#paths::axum::Router::merge(__bun_router, #layered))
    };
    let conditions = &handler.conditions;
    quote! {
        #(#conditions)*
        let __bun_router = {
            let __bun_controller = #paths::core::clone::Clone::clone(&__bun_controller);
            #mount
        };
    }
}
