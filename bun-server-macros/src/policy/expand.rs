use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Expr, FnArg, Ident, Pat, ReturnType, Type};

use super::parse::{GovernedMethod, Policies};
use crate::paths::Paths;
use crate::types::{is_opaque, place};

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
    // The `self` of the user's: another one would be unknown where the method comes out of a `macro_rules!`.
    let this = signature.receiver().map(|receiver| &receiver.self_token);
    let arguments: Vec<(&Ident, &Type)> = signature.inputs.iter().filter_map(argument).collect();
    let kept: Vec<Ident> = arguments
        .iter()
        .map(|(name, _)| format_ident!("__bun_{name}"))
        .collect();
    let keep = arguments.iter().zip(&kept).map(|((name, ty), kept)| {
        let (place, paths) = (place(ty), paths.spanned(place(ty)));
        let ty = if is_opaque(ty) { quote!(_) } else { quote!(#ty) };
        quote_spanned!(place=> let #kept = #paths::keep::<#ty>(&#name);)
    });
    let keep = fallback.as_ref().map(|_| quote!(#(#keep)*));
    let at_output = match &signature.output {
        ReturnType::Type(_, ty) => place(ty),
        ReturnType::Default => Span::call_site(),
    };
    let paths_at_output = paths.spanned(at_output);
    let finish = match fallback {
        None => quote_spanned!(at_output=> #paths_at_output::conclude::<#output>(__bun_ran)),
        Some(fallback) => {
            // What is wrong with the fallback is shown at its name.
            let place = match fallback {
                Expr::Path(path) => path.path.segments.last().map_or_else(|| place(path), place),
                other => place(other),
            };
            let at_fallback = paths.spanned(place);
            let answer = quote_spanned! {place=>
                #at_fallback::or_fall_back(__bun_judged, |__bun_cause| #fallback(#this, #(#kept,)* __bun_cause)).await
            };
            let judged = quote_spanned!(at_output=> #paths_at_output::judge::<#output>(__bun_ran));
            quote! {
                let __bun_judged = #judged;
                #answer
            }
        }
    };
    let governed = {
        let (span, paths) = (place(&signature.ident), paths.spanned(place(&signature.ident)));
        quote_spanned!(span=> <Self as #paths::Governed>::governance(#this))
    };
    quote! {
        #(#attributes)* #visibility #signature {
            const __BUN_POLICY: #paths::Policy = #policy;
            #keep
            let __bun_ran = match #paths::admit(#governed, &__BUN_POLICY) {
                #paths::core::result::Result::Ok(__bun_admitted) => {
                    let __bun_result = #paths::in_future::<#output, _>(async move #block).await;
                    #paths::core::result::Result::Ok((__bun_admitted, __bun_result))
                }
                #paths::core::result::Result::Err(__bun_rejected) => #paths::core::result::Result::Err(__bun_rejected),
            };
            #finish
        }
    }
}

/// The method without its policies.
pub(super) fn unchanged(method: &GovernedMethod) -> TokenStream {
    method.item.to_token_stream()
}

fn argument(argument: &FnArg) -> Option<(&Ident, &Type)> {
    match argument {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(pattern) => Some((&pattern.ident, &*typed.ty)),
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
