use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Error, Ident, Item, Receiver, ReceiverKind};

use crate::errors::ErrorSink;
use crate::types::{is_taken, place};

/// What an attribute emits when it can; what is wrong is in the sink.
pub(crate) type Expand = fn(TokenStream, TokenStream, &mut ErrorSink) -> TokenStream;

/// Runs an attribute: its expansion, and every error it found.
pub(crate) fn run(
    arguments: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
    expand: Expand,
) -> proc_macro::TokenStream {
    let mut errors = ErrorSink::default();
    let expansion = expand(arguments.into(), item.into(), &mut errors);
    let errors = errors.into_compile_errors();
    quote!(#expansion #errors).into()
}

/// Runs a derive.
pub(crate) fn derive(
    item: proc_macro::TokenStream,
    expand: fn(TokenStream, &mut ErrorSink) -> TokenStream,
) -> proc_macro::TokenStream {
    let mut errors = ErrorSink::default();
    let expansion = expand(item.into(), &mut errors);
    let errors = errors.into_compile_errors();
    quote!(#expansion #errors).into()
}

/// An attribute that only means something inside of another one.
pub(crate) fn misplaced(
    name: &str,
    place: &str,
    arguments: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    if is_taken(&arguments.into()) {
        return item;
    }
    let message = format!("`#[{name}]` belongs {place}");
    let error = Error::new(Span::call_site(), message).into_compile_error();
    let item = TokenStream::from(item);
    quote!(#error #item).into()
}

/// A local variable of an expansion within tokens of the user's. It is looked up where the rest of the expansion is: the
/// tokens may come from a `macro_rules!`, which does not see our locals.
pub(crate) fn local(name: &str, tokens: &impl Spanned) -> Ident {
    Ident::new(name, place(tokens))
}

/// The line on which something begins.
pub(crate) fn line(span: Span) -> u32 {
    u32::try_from(span.unwrap().line()).unwrap_or_default()
}

/// The tokens by which an item begins, for an error that does not underline all of it.
pub(crate) fn head(item: &Item) -> TokenStream {
    match item {
        Item::Enum(item) => begin(&item.enum_token, &item.ident),
        Item::Fn(item) => begin(&item.sig.fn_token, &item.sig.ident),
        Item::Impl(item) => begin(&item.impl_token, &item.self_ty),
        Item::Mod(item) => begin(&item.mod_token, &item.ident),
        Item::Struct(item) => begin(&item.struct_token, &item.ident),
        Item::Trait(item) => begin(&item.trait_token, &item.ident),
        Item::Union(item) => begin(&item.union_token, &item.ident),
        other => other.to_token_stream().into_iter().take(2).collect(),
    }
}

fn begin(keyword: &impl ToTokens, name: &impl ToTokens) -> TokenStream {
    quote!(#keyword #name)
}

/// `&self`
pub(crate) fn is_shared_reference(receiver: &Receiver) -> bool {
    matches!(receiver.kind, ReceiverKind::Reference(_, _, None))
}
