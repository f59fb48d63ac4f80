use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Error, Receiver, ReceiverKind};

use crate::errors::ErrorSink;

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

/// An attribute that only means something inside of another one.
pub(crate) fn misplaced(name: &str, place: &str, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let message = format!("`#[{name}]` belongs {place}");
    let error = Error::new(Span::call_site(), message).into_compile_error();
    let item = TokenStream::from(item);
    quote!(#error #item).into()
}

/// The line on which something begins.
pub(crate) fn line(span: Span) -> u32 {
    u32::try_from(span.unwrap().line()).unwrap_or_default()
}

/// `&self`
pub(crate) fn is_shared_reference(receiver: &Receiver) -> bool {
    matches!(receiver.kind, ReceiverKind::Reference(_, _, None))
}
