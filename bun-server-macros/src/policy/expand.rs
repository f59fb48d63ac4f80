use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Ident, Pat, ReturnType};

use super::parse::{GovernedMethod, Policies};
use crate::paths::Paths;

pub(super) fn method(method: &GovernedMethod) -> TokenStream {
    let GovernedMethod {
        item,
        paths,
        name,
        fallback,
        policies,
        ..
    } = method;
    let name = name.as_ref().map(syn::LitStr::value).unwrap_or_default();
    let policy = policy_tokens(&name, policies, paths);
    let (attributes, visibility, signature, block) = (&item.attrs, &item.vis, &item.sig, &item.block);
    let output = match &signature.output {
        ReturnType::Type(_, ty) => quote!(#ty),
        ReturnType::Default => quote!(()),
    };
    let names: Vec<&Ident> = signature.inputs.iter().filter_map(argument_name).collect();
    let copies: Vec<Ident> = names.iter().map(|name| format_ident!("__bun_{name}")).collect();
    let keep = fallback.as_ref().map(|_| {
        let copy = names
            .iter()
            .zip(&copies)
            .map(|(name, copy)| quote_spanned!(name.span()=> let #copy = #paths::core::clone::Clone::clone(&#name);));
        quote!(#(#copy)*)
    });
    let finish = match fallback {
        None => quote_spanned!(output.span()=> #paths::or_reject(__bun_outcome)),
        Some(fallback) => {
            let call = quote_spanned!(fallback.span()=> #fallback(self, #(#copies,)* __bun_cause).await);
            quote! {
                match __bun_outcome {
                    #paths::core::result::Result::Ok(__bun_value) => #paths::core::result::Result::Ok(__bun_value),
                    #paths::core::result::Result::Err(__bun_cause) => #call,
                }
            }
        }
    };
    let governed = quote_spanned!(signature.ident.span()=> #paths::Governed::governance(self));
    quote! {
        #(#attributes)* #visibility #signature {
            const __BUN_POLICY: #paths::Policy = #policy;
            #keep
            let __bun_outcome =
                #paths::govern::<#output>(#governed, &__BUN_POLICY, async move #block).await;
            #finish
        }
    }
}

/// The method without its policies.
pub(super) fn unchanged(method: &GovernedMethod) -> TokenStream {
    method.item.to_token_stream()
}

fn argument_name(argument: &FnArg) -> Option<&Ident> {
    match argument {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(pattern) => Some(&pattern.ident),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

/// A `Policy` as a constant.
pub(crate) fn policy_tokens(name: &str, policies: &Policies, paths: &Paths) -> TokenStream {
    let breaker = policies.circuit_breaker.as_ref().map(|breaker| {
        let failure_rate = optional(breaker.failure_rate.as_ref(), paths);
        let minimum_calls = optional(breaker.minimum_calls.as_ref(), paths);
        let window_size = optional(breaker.window_size.as_ref(), paths);
        let open_for = optional(breaker.open_for.as_ref(), paths);
        let half_open_calls = optional(breaker.half_open_calls.as_ref(), paths);
        quote! {
            #paths::BreakerPolicy {
                failure_rate: #failure_rate,
                minimum_calls: #minimum_calls,
                window_size: #window_size,
                open_for: #open_for,
                half_open_calls: #half_open_calls,
            }
        }
    });
    let (timeout, breaker) = (
        optional(policies.timeout.as_ref(), paths),
        optional(breaker.as_ref(), paths),
    );
    quote!(#paths::Policy { name: #name, timeout: #timeout, circuit_breaker: #breaker })
}

fn optional(value: Option<&impl ToTokens>, paths: &Paths) -> TokenStream {
    match value {
        Some(value) => quote!(#paths::core::option::Option::Some(#value)),
        None => quote!(#paths::core::option::Option::None),
    }
}
