use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::parse::{Controller, Handler};
use crate::driver::line;
use crate::paths::Paths;
use crate::route::Route;

pub(super) fn controller(controller: &Controller) -> TokenStream {
    let Controller {
        item, paths, handlers, ..
    } = controller;
    let ty = &item.self_ty;
    let place = line(ty.span());
    let all = || {
        handlers
            .iter()
            .flat_map(|handler| handler.routes.iter().map(move |route| (handler, route)))
    };
    let definitions = all().map(|(handler, route)| definition(controller, handler, route));
    let routes = all().map(|(handler, route)| mount(controller, handler, route));
    let checks = handlers.iter().map(|handler| checks(handler, paths));
    quote! {
        #item

        #[automatically_derived]
        impl #paths::Controller for #ty {
            const CONTROLLER: &'static #paths::ControllerDefinition = &#paths::ControllerDefinition {
                controller: #paths::core::any::TypeId::of::<#ty>(),
                name: #paths::core::any::type_name::<#ty>,
                at: #paths::SourceLocation { file: #paths::core::file!(), line: #place },
                routes: &[#(#definitions),*],
                router: |__bun_container| {
                    #(#checks)*
                    let __bun_controller = match #paths::controller::<#ty>(__bun_container) {
                        #paths::core::result::Result::Ok(__bun_controller) => __bun_controller,
                        #paths::core::result::Result::Err(__bun_error) => {
                            return #paths::core::result::Result::Err(__bun_error)
                        }
                    };
                    let _ = &__bun_controller;
                    #paths::core::result::Result::Ok(#paths::axum::Router::new() #(#routes)*)
                },
            };
        }
    }
}

/// The item, and a controller that nothing else complains about.
pub(super) fn broken(controller: &Controller) -> TokenStream {
    let Controller { item, paths, .. } = controller;
    if item.trait_.is_some() || !item.generics.params.is_empty() {
        return quote!(#item);
    }
    let ty = &item.self_ty;
    quote! {
        #item
        impl #paths::Controller for #ty {
            const CONTROLLER: &'static #paths::ControllerDefinition = #paths::BROKEN_CONTROLLER;
        }
    }
}

fn definition(controller: &Controller, handler: &Handler, route: &Route) -> TokenStream {
    let paths = &controller.paths;
    let (method, path, name) = (route.method, controller.full_path(route), handler.name.to_string());
    let line = line(handler.name.span());
    quote!(#paths::RouteDefinition { method: #method, path: #path, handler: #name, line: #line })
}

fn mount(controller: &Controller, handler: &Handler, route: &Route) -> TokenStream {
    let paths = &controller.paths;
    let (ty, name, path) = (&controller.item.self_ty, &handler.name, controller.full_path(route));
    let method = format_ident!("{}", route.method.to_lowercase());
    let types = &handler.arguments;
    let names: Vec<_> = (0..types.len())
        .map(|index| format_ident!("__bun_argument_{index}"))
        .collect();
    let wait = handler.signature.asyncness.map(|_| quote!(.await));
    quote! {
        .route(#path, #paths::axum::routing::#method({
            let __bun_controller = #paths::core::clone::Clone::clone(&__bun_controller);
            move |#(#names: #types),*| {
                let __bun_controller = #paths::core::clone::Clone::clone(&__bun_controller);
                async move { <#ty>::#name(&*__bun_controller, #(#names),*)#wait }
            }
        }))
    }
}

/// One line for each type of a handler, spanned there: what is no extractor or no response is shown where it stands.
fn checks(handler: &Handler, paths: &Paths) -> TokenStream {
    let mut checks = TokenStream::new();
    if let Some((last, others)) = handler.arguments.split_last() {
        for ty in others {
            checks.extend(quote_spanned!(ty.span()=> #paths::check_parts::<#ty>();));
        }
        checks.extend(quote_spanned!(last.span()=> #paths::check_request::<#last, _>();));
    }
    if let Some(output) = &handler.output {
        checks.extend(quote_spanned!(output.span()=> #paths::check_response::<#output>();));
    }
    checks
}
