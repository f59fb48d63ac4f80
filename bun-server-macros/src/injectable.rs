mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;

use crate::errors::ErrorSink;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> TokenStream {
    let Some(component) = parse::component(arguments, item.clone(), errors) else {
        return item;
    };
    validate::component(&component, errors);
    if errors.is_empty() {
        expand::component(&component)
    } else {
        expand::broken(&component)
    }
}
