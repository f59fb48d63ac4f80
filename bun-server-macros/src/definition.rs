//! The static data of one component, written in one place for every attribute that makes some.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Ident;

use crate::errors::ErrorSink;
use crate::keys::{Keys, unknown};
use crate::paths::Paths;

/// How long a component lives, as the attribute says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scope {
    #[default]
    Singleton,
    Transient,
    Request,
}

/// Reads `scope = transient`.
pub(crate) fn take_scope(keys: &mut Keys, errors: &mut ErrorSink) -> Scope {
    let Some(word) = keys.take::<Ident>("scope", "transient", errors) else {
        return Scope::Singleton;
    };
    match word.to_string().as_str() {
        "singleton" => Scope::Singleton,
        "transient" => Scope::Transient,
        "request" => Scope::Request,
        other => {
            errors.at(&word, unknown("scope", other, &["singleton", "transient", "request"]));
            Scope::Singleton
        }
    }
}

impl Scope {
    pub(crate) fn expand(self, paths: &Paths) -> TokenStream {
        match self {
            Self::Singleton => quote!(#paths::Scope::Singleton),
            Self::Transient => quote!(#paths::Scope::Transient),
            Self::Request => quote!(#paths::Scope::Request),
        }
    }
}

/// What a `Definition` says.
pub(crate) struct Definition<'a> {
    pub(crate) paths: &'a Paths,
    /// The type that identifies the component.
    pub(crate) component: TokenStream,
    /// The type whose path stands in messages.
    pub(crate) name: TokenStream,
    pub(crate) line: u32,
    pub(crate) scope: TokenStream,
    /// Tokens, one expression each.
    pub(crate) provides: Vec<TokenStream>,
    pub(crate) needs: TokenStream,
    pub(crate) externals: Vec<TokenStream>,
    pub(crate) constructor: TokenStream,
}

impl ToTokens for Definition<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            paths,
            component,
            name,
            line,
            scope,
            provides,
            needs,
            externals,
            constructor,
        } = self;
        tokens.extend(quote! {
            &#paths::Definition {
                component: #paths::core::any::TypeId::of::<#component>(),
                name: #paths::core::any::type_name::<#name>,
                at: #paths::SourceLocation { file: #paths::core::file!(), line: #line },
                module_path: #paths::core::module_path!(),
                scope: #scope,
                provides: #paths::std::borrow::Cow::Borrowed(&[#(#provides),*]),
                needs: #needs,
                externals: &[#(#externals),*],
                constructor: #constructor,
            }
        });
    }
}

/// What the fields or arguments of a component need.
pub(crate) fn needs(paths: &Paths, dependencies: &[TokenStream], is_async: bool) -> TokenStream {
    quote!(#paths::Needs { dependencies: &[#(#dependencies),*], is_async: #is_async })
}
