mod expand;
mod parse;

use proc_macro2::TokenStream;

use crate::errors::ErrorSink;

pub(crate) use parse::is_service_name;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> TokenStream {
    let Some(registration) = parse::registration(arguments, item.clone(), errors) else {
        return item;
    };
    if errors.is_empty() {
        expand::registration(&registration)
    } else {
        item
    }
}
