mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;

use crate::errors::ErrorSink;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> TokenStream {
    let Some(client) = parse::client(arguments, item.clone(), errors) else {
        return item;
    };
    validate::client(&client, errors);
    if errors.is_empty() {
        expand::client(&client)
    } else {
        expand::broken(&client)
    }
}
