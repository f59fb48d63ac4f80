use syn::Type;

use super::parse::Provider;
use crate::errors::ErrorSink;

pub(super) fn provider(provider: &Provider, errors: &mut ErrorSink) {
    let signature = &provider.item.sig;
    if !signature.generics.params.is_empty() {
        errors.at(
            &signature.generics,
            "a provider makes one concrete type: it has no type parameters",
        );
    }
    match &provider.output {
        None => errors.at(
            &signature.ident,
            "a provider returns what it provides: write `-> T` or `-> Result<T, E>`",
        ),
        Some(ty @ Type::ImplTrait(_)) => {
            errors.at(
                ty,
                "a provider returns a type by name: write `-> Arc<dyn Trait>` instead of `impl Trait`",
            );
        }
        Some(_) => {}
    }
    for argument in &provider.arguments {
        if let Type::Reference(reference) = &argument.ty {
            let inner = &reference.elem;
            errors.at(
                &argument.ty,
                format!("arguments are owned: write `Arc<{}>`", quote::quote!(#inner)),
            );
        }
    }
}
