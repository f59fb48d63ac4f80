mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;

use crate::errors::ErrorSink;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> TokenStream {
    let Some(module) = parse::module(arguments, item.clone(), errors) else {
        return item;
    };
    validate::module(&module, errors);
    if errors.is_empty() {
        expand::module(&module)
    } else {
        expand::broken(&module)
    }
}
