use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Item, ItemStruct, Token, Type};

use crate::driver::head;
use crate::errors::ErrorSink;
use crate::keys::Keys;
use crate::paths::Paths;

pub(crate) struct Module {
    pub(crate) item: ItemStruct,
    pub(crate) paths: Paths,
    pub(crate) imports: Vec<Expr>,
    pub(crate) providers: Vec<Provider>,
    /// What exists, under another token.
    pub(crate) aliases: Vec<Provider>,
    pub(crate) values: Vec<Expr>,
    pub(crate) controllers: Vec<Type>,
    pub(crate) exports: Vec<Type>,
    pub(crate) global: bool,
    /// Whether it takes what is declared at or below its own Rust path.
    pub(crate) discover: bool,
}

/// `Repo`, or `Repo as dyn OrderRepo`.
pub(crate) struct Provider {
    pub(crate) ty: Type,
    pub(crate) bound_to: Option<Type>,
}

impl Parse for Provider {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ty = input.parse()?;
        let bound_to = if input.parse::<Option<Token![as]>>()?.is_some() {
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Self { ty, bound_to })
    }
}

pub(crate) fn module(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> Option<Module> {
    const KNOWN: &[&str] = &[
        "imports",
        "providers",
        "values",
        "aliases",
        "controllers",
        "exports",
        "global",
        "discover",
        "crate",
    ];
    let mut keys = Keys::parse(arguments, KNOWN, errors);
    let renamed = keys.take_crate(errors);
    let imports = keys.take_list("imports", "[OtherModule]", errors);
    let providers = keys.take_list("providers", "[Component]", errors);
    let values = keys.take_list("values", "[value]", errors);
    let aliases = keys.take_list("aliases", "[Existing as dyn Trait]", errors);
    let controllers = keys.take_list("controllers", "[Controller]", errors);
    let exports = keys.take_list("exports", "[Component]", errors);
    let global = keys.take_flag("global", errors);
    let discover = keys.take_flag("discover", errors);
    keys.finish(errors);
    match syn::parse2::<Item>(item) {
        Ok(Item::Struct(item)) => Some(Module {
            item,
            paths: Paths::new(renamed.as_ref()),
            imports,
            providers,
            aliases,
            values,
            controllers,
            exports,
            global,
            discover,
        }),
        Ok(other) => {
            errors.at(
                &head(&other),
                "`#[module]` stands on a unit struct: `struct OrderModule;`",
            );
            None
        }
        Err(error) => {
            errors.add(error);
            None
        }
    }
}
