use proc_macro2::{Group, Span, TokenStream, TokenTree};
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

    /// The same at the place of `span`, for an expression whose errors are to be shown there.
    pub(crate) fn spanned(&self, span: Span) -> Self {
        Self(self.0.clone().into_iter().map(|tree| respan(tree, span)).collect())
    }
}

impl ToTokens for Paths {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

fn respan(mut tree: TokenTree, span: Span) -> TokenTree {
    if let TokenTree::Group(group) = &tree {
        let inner = group.stream().into_iter().map(|tree| respan(tree, span)).collect();
        tree = TokenTree::Group(Group::new(group.delimiter(), inner));
    }
    // Where names are looked up stays as it is.
    tree.set_span(tree.span().located_at(span));
    tree
}
