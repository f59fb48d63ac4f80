//! What is seen of an item, an attribute or a type without knowing its meaning.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::{Attribute, Meta, Type, parse_quote};

/// For what an expansion writes: a place of the user's, where errors are shown; names are looked up, and lints are silent, as
/// for the rest of the expansion.
pub(crate) fn place(tokens: &impl Spanned) -> Span {
    Span::call_site().located_at(tokens.span())
}

/// Whether `impl Trait` stands somewhere in a type, which then cannot be named.
pub(crate) fn is_opaque(ty: &Type) -> bool {
    fn has_impl(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|tree| match tree {
            TokenTree::Ident(word) => word == "impl",
            TokenTree::Group(group) => has_impl(group.stream()),
            _ => false,
        })
    }
    has_impl(ty.to_token_stream())
}

/// What stands in the parentheses of an attribute.
pub(crate) fn arguments(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    }
}

/// The `#[cfg(..)]` of an item: what is written for it stands or falls with it.
pub(crate) fn conditions(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .cloned()
        .collect()
}

/// What an attribute holds once the one around it has read it. It stays where it was, so that its name is used (an import of
/// it is not unused, an editor shows its documentation) and then takes itself off.
const TAKEN: &str = "__bun_taken";

/// Whether this is the attribute `name`, perhaps by a path.
pub(crate) fn is_named(attribute: &Attribute, name: &str) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == name)
}

/// Marks an attribute as read.
pub(crate) fn take(attribute: &mut Attribute) {
    let (path, taken) = (attribute.path().clone(), format_ident!("{TAKEN}"));
    attribute.meta = parse_quote!(#path(#taken));
}

/// Whether the attribute with these arguments was read already.
pub(crate) fn is_taken(arguments: &TokenStream) -> bool {
    arguments.to_string() == TAKEN
}
