mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;

use crate::errors::ErrorSink;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> TokenStream {
    let Some(provider) = parse::provider(arguments, item.clone(), errors) else {
        return item;
    };
    validate::provider(&provider, errors);
    if errors.is_empty() {
        expand::provider(&provider)
    } else {
        expand::broken(&provider)
    }
}
