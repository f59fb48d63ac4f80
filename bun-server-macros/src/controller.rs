mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;

use crate::errors::ErrorSink;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> TokenStream {
    let Some(controller) = parse::controller(arguments, item.clone(), errors) else {
        return item;
    };
    validate::controller(&controller, errors);
    if errors.is_empty() {
        expand::controller(&controller)
    } else {
        expand::broken(&controller)
    }
}
