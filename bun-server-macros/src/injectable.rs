mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use self::parse::Component;
use crate::errors::ErrorSink;

/// The attribute: the item, its helper attributes taken off, and what makes it a component.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> TokenStream {
    let Some(component) = parse::component(arguments, item.clone(), errors) else {
        return item;
    };
    let made = made(&component, errors);
    let item = component.item.to_token_stream();
    quote!(#item #made)
}

/// The derive: what makes the item a component. The keys stand in `#[injectable(..)]`.
pub(crate) fn derive(item: TokenStream, errors: &mut ErrorSink) -> TokenStream {
    let Some(component) = parse::derived(item, errors) else {
        return TokenStream::new();
    };
    made(&component, errors)
}

fn made(component: &Component, errors: &mut ErrorSink) -> TokenStream {
    validate::component(component, errors);
    if errors.is_empty() {
        expand::component(component)
    } else {
        expand::broken(component)
    }
}
