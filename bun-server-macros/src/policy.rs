mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;

use crate::errors::ErrorSink;
use crate::types::is_taken;

pub(crate) use expand::policy_tokens;
pub(crate) use parse::{Policies, take_from_trait_method};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> TokenStream {
    if is_taken(&arguments) {
        return item;
    }
    let Some(method) = parse::method(arguments, item.clone(), errors) else {
        return item;
    };
    validate::method(&method, errors);
    if errors.is_empty() {
        expand::method(&method)
    } else {
        expand::unchanged(&method)
    }
}
