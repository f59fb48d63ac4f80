use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ExprPath, Type, parse_quote};

use super::parse::Component;
use crate::definition::{Definition, needs};
use crate::driver::{line, local};
use crate::field::{Source, dependency, external, field_value};
use crate::paths::Paths;
use crate::types::conditions;

pub(super) fn component(component: &Component) -> TokenStream {
    let Component { item, paths, .. } = component;
    let name = &item.ident;
    let tokens = tokens(component);
    let needs = match &component.new {
        Some(new) => quote_spanned!(new.span()=> #paths::needs_of::<#name, _, _>(&#new)),
        None => {
            let dependencies = component.fields.iter().filter_map(|field| dependency(field, paths));
            needs(paths, &dependencies.collect::<Vec<_>>(), false)
        }
    };
    let fields = component.fields.iter().filter(|_| component.new.is_none());
    let definition = Definition {
        paths,
        component: quote!(#name),
        name: quote!(#name),
        line: line(name.span()),
        standing: Some(&component.standing),
        of: None,
        provides: tokens
            .iter()
            .map(|token| component.standing.qualified(quote!(#paths::Token::of::<#token>())))
            .collect(),
        needs,
        externals: fields.filter_map(|field| external(field, paths)).collect(),
        constructor: {
            let constructor = constructor(component, &tokens);
            quote!(#paths::Constructor::Function(#constructor))
        },
    };
    let (governed, cfgs) = (governed(component, usize::MAX), conditions(&item.attrs));
    quote! {
        #(#cfgs)*
        #[allow(deprecated, reason = "what is generated for an item is no use of it")]
        const _: () = {
            #[automatically_derived]
            impl #paths::Component for #name {
                const DEFINITION: &'static #paths::Definition = #definition;
            }
            #governed
            #paths::inventory::submit! { #paths::Registration(<#name as #paths::Component>::DEFINITION) }
        };
    }
}

/// A component that nothing else complains about.
pub(super) fn broken(component: &Component) -> TokenStream {
    let Component { item, paths, .. } = component;
    let name = &item.ident;
    if !item.generics.params.is_empty() {
        // A generic struct cannot be one component.
        return TokenStream::new();
    }
    let (governed, cfgs) = (governed(component, 1), conditions(&item.attrs));
    quote! {
        #(#cfgs)*
        #[allow(deprecated, reason = "what is generated for an item is no use of it")]
        const _: () = {
            impl #paths::Component for #name {
                const DEFINITION: &'static #paths::Definition = #paths::BROKEN_COMPONENT;
            }
            #governed
        };
    }
}

/// What the component is asked for as; `Self` by its name, since it is also written inside of functions.
fn tokens(component: &Component) -> Vec<Type> {
    let name = &component.item.ident;
    let own: Type = parse_quote!(#name);
    if component.provide.is_empty() {
        return vec![own];
    }
    let named = |ty: &Type| match ty {
        Type::Path(path) if path.path.is_ident("Self") => own.clone(),
        ty => ty.clone(),
    };
    component.provide.iter().map(named).collect()
}

fn constructor(component: &Component, tokens: &[Type]) -> TokenStream {
    let Component { item, paths, .. } = component;
    let name = &item.ident;
    let fields = component.fields.iter().map(|field| {
        let (member, value, cfgs) = (&field.member, field_value(field, paths), &field.cfgs);
        quote!(#(#cfgs)* #member: #value)
    });
    // What is injected is shareable by its own impl of `Inject`; the rest is said at the field, not only at the struct.
    let plain = component
        .fields
        .iter()
        .filter(|field| !matches!(field.source, Source::Inject));
    let checks = plain.map(|field| {
        let (ty, cfgs) = (&field.ty, &field.cfgs);
        quote!(#(#cfgs)* #paths::check_shareable::<#ty>();)
    });
    let puts = tokens
        .iter()
        .zip(0_u32..)
        .map(|(token, index)| put(name, token, index, paths));
    let hooks = hooks(component);
    if let Some(new) = &component.new {
        let construction = local("__bun_construction", new);
        let made = quote_spanned!(new.span()=> #paths::make::<#name, _, _>(&#new, #construction));
        return quote! {
            |__bun_construction| {
                let __bun_made = match #made {
                    #paths::core::result::Result::Ok(__bun_made) => __bun_made,
                    #paths::core::result::Result::Err(__bun_error) => return #paths::core::result::Result::Err(__bun_error),
                };
                #paths::Construction::finish(__bun_construction, __bun_made, |__bun_construction, __bun_value| {
                    let __bun_value = #paths::std::sync::Arc::new(__bun_value);
                    #(#puts)*
                    #hooks
                });
                #paths::core::result::Result::Ok(())
            }
        };
    }
    quote! {
        |__bun_construction| {
            #(#checks)*
            let __bun_value = #paths::std::sync::Arc::new(#name { #(#fields),* });
            #(#puts)*
            #hooks
            #paths::core::result::Result::Ok(())
        }
    }
}

/// The conversion into the token stands in a function of its own, at the token's tokens: the error of a missing `impl` is
/// shown there, once.
fn put(name: &syn::Ident, token: &Type, index: u32, paths: &Paths) -> TokenStream {
    let convert = quote_spanned! {token.span()=>
        fn __bun_as_token(__bun_value: #paths::std::sync::Arc<#name>) -> #paths::std::sync::Arc<#token> { __bun_value }
    };
    quote! {{
        #convert
        let __bun_shared = <#paths::std::sync::Arc<#name> as #paths::core::clone::Clone>::clone(&__bun_value);
        #paths::Construction::put::<#token>(__bun_construction, #index, __bun_as_token(__bun_shared));
    }}
}

fn hooks(component: &Component) -> Option<TokenStream> {
    let Component {
        item,
        paths,
        on_start,
        on_ready,
        on_stop,
        ..
    } = component;
    if [on_start, on_ready, on_stop].iter().all(|hook| hook.is_none()) {
        return None;
    }
    let hook = |path: &Option<ExprPath>| match path {
        None => quote!(#paths::core::option::Option::None),
        Some(path) => {
            // All of it at the tokens of the path: whatever is wrong with the method is shown there.
            let paths = paths.spanned(path.span());
            let this = local("__bun_this", path);
            let future = quote_spanned!(path.span()=> #paths::hook_future(#path(#this)));
            quote! {
                #paths::core::option::Option::Some(#paths::bind_hook(&__bun_value, |#this| #future))
            }
        }
    };
    let (on_start, on_ready, on_stop) = (hook(on_start), hook(on_ready), hook(on_stop));
    let name = &item.ident;
    Some(quote! {
        #paths::Construction::hook(
            __bun_construction,
            #paths::hooks(<#name as #paths::Component>::DEFINITION, #on_start, #on_ready, #on_stop),
        );
    })
}

/// At most one of the fields is there, save where the component is wrong.
fn governed(component: &Component, most: usize) -> TokenStream {
    let paths = &component.paths;
    let name = &component.item.ident;
    let governances = component.fields.iter().filter(|field| field.governance).take(most);
    let governed = governances.map(|field| {
        let (member, ty, cfgs) = (&field.member, &field.ty, &field.cfgs);
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #paths::Governed for #name {
                fn governance(&self) -> &#paths::Governance {
                    <#ty as #paths::HoldsGovernance>::governance(&self.#member)
                }
            }
        }
    });
    quote!(#(#governed)*)
}
