use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Path;

/// Everything an expansion names hangs off one module of the runtime: `::bun_server::__private`, or that of `crate = path`.
#[derive(Clone)]
pub(crate) struct Paths(TokenStream);

impl Paths {
    pub(crate) fn new(renamed: Option<&Path>) -> Self {
        Self(match renamed {
            Some(path) => quote!(#path::__private),
            None => quote!(::bun_server::__private),
        })
    }
}

impl ToTokens for Paths {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}
