//! The static data of one component, written in one place for every attribute that makes some.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Ident, Type};

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
fn take_scope(keys: &mut Keys, errors: &mut ErrorSink) -> Scope {
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
    fn expand(self, paths: &Paths) -> TokenStream {
        match self {
            Self::Singleton => quote!(#paths::Scope::Singleton),
            Self::Transient => quote!(#paths::Scope::Transient),
            Self::Request => quote!(#paths::Scope::Request),
        }
    }
}

/// What a component's attribute says of its place among others.
#[derive(Default)]
pub(crate) struct Standing {
    pub(crate) scope: Scope,
    pub(crate) qualifier: Option<Type>,
    pub(crate) primary: bool,
    pub(crate) order: Option<Expr>,
    pub(crate) has_hooks: bool,
}

impl Standing {
    pub(crate) fn take(keys: &mut Keys, errors: &mut ErrorSink) -> Self {
        Self {
            scope: take_scope(keys, errors),
            qualifier: keys.take("qualifier", "Primary", errors),
            primary: keys.take_flag("primary", errors),
            order: keys.take("order", "10", errors),
            has_hooks: false,
        }
    }

    /// A token under the qualifier.
    pub(crate) fn qualified(&self, token: TokenStream) -> TokenStream {
        match &self.qualifier {
            Some(qualifier) => quote!(#token.qualified::<#qualifier>()),
            None => token,
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
    /// `None`: that of what it hands on.
    pub(crate) standing: Option<&'a Standing>,
    /// Where `None` above: what it hands on, if that is a component.
    pub(crate) of: Option<&'a Type>,
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
            standing,
            of,
            provides,
            needs,
            externals,
            constructor,
        } = self;
        let (scope, primary, order, has_hooks) = match (standing, of) {
            (Some(standing), _) => {
                let order = standing
                    .order
                    .as_ref()
                    .map_or_else(|| quote!(0), ToTokens::to_token_stream);
                let (primary, has_hooks) = (standing.primary, standing.has_hooks);
                (
                    standing.scope.expand(paths),
                    quote!(#primary),
                    order,
                    quote!(#has_hooks),
                )
            }
            (None, Some(ty)) => {
                let of = quote!(<#ty as #paths::Component>::DEFINITION);
                (
                    quote!(#paths::Scope::Inherited),
                    quote!(#of.primary),
                    quote!(#of.order),
                    quote!(false),
                )
            }
            (None, None) => (
                quote!(#paths::Scope::Inherited),
                quote!(false),
                quote!(0),
                quote!(false),
            ),
        };
        tokens.extend(quote! {
            &#paths::Definition {
                component: #paths::core::any::TypeId::of::<#component>(),
                name: #paths::core::any::type_name::<#name>,
                at: #paths::SourceLocation { file: #paths::core::file!(), line: #line },
                module_path: #paths::core::module_path!(),
                scope: #scope,
                primary: #primary,
                order: #order,
                has_hooks: #has_hooks,
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
