use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::parse::Provider;
use crate::definition::{Definition, needs};
use crate::driver::line;
use crate::field::{dependency, external, field_value};
use crate::paths::Paths;
use crate::types::{conditions, place};

pub(super) fn provider(provider: &Provider) -> TokenStream {
    let Provider {
        item,
        paths,
        arguments,
        output,
        standing,
    } = provider;
    let name = &item.sig.ident;
    let cfgs = conditions(&item.attrs);
    let listed = listed(provider);
    let dependencies: Vec<_> = arguments
        .iter()
        .filter_map(|argument| dependency(argument, paths))
        .collect();
    let (boiled, made) = (boiled(paths, output.as_ref()), made(provider));
    let spanned = paths.spanned(output.span());
    // The place of the output's tokens, but not their own spans: in a `macro_rules!` these do not see our locals.
    let at = place(output);
    let put = quote_spanned!(at=> #spanned::put_made(__bun_construction, __bun_made););
    let token = quote_spanned! {at=>
        #spanned::token_of_result(|__bun_result: #output| {
            #boiled
            #paths::core::result::Result::Ok(__bun_shared)
        })
    };
    let definition = Definition {
        paths,
        component: quote!(#name),
        name: quote!(#name),
        line: line(name.span()),
        standing: Some(standing),
        of: None,
        provides: vec![standing.qualified(token)],
        needs: needs(paths, &dependencies, item.sig.asyncness.is_some()),
        externals: arguments
            .iter()
            .filter_map(|argument| external(argument, paths))
            .collect(),
        constructor: quote! {
            #paths::Constructor::Function(|__bun_construction| {
                #made
                #put
                #paths::core::result::Result::Ok(())
            })
        },
    };
    quote! {
        #item
        #listed
        #(#cfgs)*
        #[allow(deprecated, reason = "what is generated for an item is no use of it")]
        const _: () = {
            use #paths::{ArcKind as _, OwnedKind as _, ResultKind as _, ValueKind as _};
            #[automatically_derived]
            impl #paths::Component for #name {
                const DEFINITION: &'static #paths::Definition = #definition;
            }
            #paths::inventory::submit! { #paths::Registration(<#name as #paths::Component>::DEFINITION) }
        };
    }
}

/// Statements that take the arguments and call the function: `__bun_made`.
fn made(provider: &Provider) -> TokenStream {
    let Provider {
        item,
        paths,
        arguments,
        output,
        ..
    } = provider;
    let name = &item.sig.ident;
    let names: Vec<_> = (0..arguments.len())
        .map(|position| format_ident!("__bun_argument_{position}"))
        .collect();
    let values = arguments.iter().zip(&names).map(|(argument, name)| {
        let (value, cfgs) = (field_value(argument, paths), &argument.cfgs);
        quote!(#(#cfgs)* let #name = #value;)
    });
    let passed = arguments.iter().zip(&names).map(|(argument, name)| {
        let cfgs = &argument.cfgs;
        quote!(#(#cfgs)* #name)
    });
    let call = quote!(#name(#(#passed),*));
    let boiled = boiled(paths, output.as_ref());
    let made = if item.sig.asyncness.is_some() {
        quote! {
            #paths::Made::Later(#paths::std::boxed::Box::pin(async move {
                let __bun_result = #call.await;
                #boiled
                #paths::core::result::Result::Ok(__bun_shared)
            }))
        }
    } else {
        quote!({ let __bun_result = #call; #boiled #paths::Made::Now(__bun_shared) })
    };
    quote! {
        #(#values)*
        let __bun_made = #made;
    }
}

/// The function, and a provider that nothing else complains about.
pub(super) fn broken(provider: &Provider) -> TokenStream {
    let Provider { item, paths, .. } = provider;
    if item.sig.receiver().is_some() {
        // Neither a type nor an `impl` may stand inside of an `impl`.
        return quote!(#item);
    }
    let (name, listed, cfgs) = (&item.sig.ident, listed(provider), conditions(&item.attrs));
    quote! {
        #item
        #listed
        #(#cfgs)*
        impl #paths::Component for #name {
            const DEFINITION: &'static #paths::Definition = #paths::BROKEN_COMPONENT;
        }
    }
}

/// What modules list: a type of the function's name.
fn listed(provider: &Provider) -> TokenStream {
    let (visibility, name) = (&provider.item.vis, &provider.item.sig.ident);
    let cfgs = conditions(&provider.item.attrs);
    let docs = format!("The provider `{name}`, as modules list it.");
    quote! {
        #(#cfgs)*
        #[doc = #docs]
        #[expect(non_camel_case_types, reason = "it bears the name of its function")]
        #[derive(Debug)]
        #visibility enum #name {}
    }
}

/// From `__bun_result` to `__bun_shared`, an `Arc`. Whether the result is a `Result` or an `Arc`, under whatever name, is
/// found by its type.
fn boiled(paths: &Paths, output: Option<&syn::Type>) -> TokenStream {
    let span = output.map_or_else(proc_macro2::Span::call_site, place);
    let stripped = quote_spanned!(span=> (&#paths::kind_of(&__bun_result)).__bun_strip().strip(__bun_result));
    quote! {
        let __bun_value = match #stripped {
            #paths::core::result::Result::Ok(__bun_value) => __bun_value,
            #paths::core::result::Result::Err(__bun_error) => return #paths::core::result::Result::Err(__bun_error),
        };
        let __bun_shared = (&#paths::kind_of(&__bun_value)).__bun_share().share(__bun_value);
    }
}
