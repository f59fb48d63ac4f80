use quote::quote;
use syn::{FnArg, Pat, ReturnType};

use super::parse::GovernedMethod;
use crate::driver::is_shared_reference;
use crate::errors::ErrorSink;
use crate::types::is_opaque;

pub(super) fn method(method: &GovernedMethod, errors: &mut ErrorSink) {
    let signature = &method.item.sig;
    match &method.name {
        None if method.misspelt => {}
        None => errors.at(
            &signature.ident,
            "name the breaker: `#[circuit_breaker(name = \"..\")]`; it is found and configured by its name",
        ),
        Some(name) if name.value().is_empty() || name.value().contains('.') => {
            errors.at(name, "a name is a word or `service/method`, without dots");
        }
        Some(_) => {}
    }
    if signature.asyncness.is_none() {
        errors.at(
            &signature.fn_token,
            format!("a governed method is an `async fn`: write `async fn {}`; `#[async_trait]` has rewritten its methods by now, so govern one of the inherent `impl` and call it from there", signature.ident),
        );
    }
    match signature.inputs.first() {
        Some(FnArg::Receiver(receiver)) if is_shared_reference(receiver) => {}
        _ => errors.at(
            &signature.ident,
            "a governed method begins with `&self`: its state is in the component's `Governance`",
        ),
    }
    match &signature.output {
        ReturnType::Default => {
            errors.at(
                &signature.ident,
                "a governed method returns a `Result`: a policy must tell success from failure",
            );
        }
        ReturnType::Type(_, ty) => {
            if is_opaque(ty) {
                errors.at(ty, "a governed method returns a `Result` by name, not `impl Trait`");
            }
        }
    }
    if method.fallback.is_some() {
        for argument in &signature.inputs {
            if let FnArg::Typed(typed) = argument
                && !matches!(&*typed.pat, Pat::Ident(_))
            {
                let pattern = &typed.pat;
                errors.at(
                    pattern,
                    format!(
                        "with a fallback every argument has a name: write `argument: ..` instead of `{}`",
                        quote!(#pattern)
                    ),
                );
            }
        }
    }
}
