use proc_macro2::{Span, TokenStream};
use syn::{Expr, ItemStruct, Lit, LitStr};

use crate::errors::ErrorSink;
use crate::keys::{Keys, pairs};
use crate::paths::Paths;

pub(crate) struct Registration {
    pub(crate) item: ItemStruct,
    pub(crate) paths: Paths,
    pub(crate) name: Option<LitStr>,
    pub(crate) version: Option<LitStr>,
    pub(crate) weight: Option<f64>,
    pub(crate) group: Option<LitStr>,
    pub(crate) cluster: Option<LitStr>,
    pub(crate) metadata: Vec<(String, LitStr, Span)>,
}

pub(crate) fn registration(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> Option<Registration> {
    const KNOWN: &[&str] = &["name", "version", "weight", "metadata", "group", "cluster", "crate"];
    let mut keys = Keys::parse(arguments, KNOWN, errors);
    let renamed = keys.take_crate(errors);
    let mut text = |key: &str, example: &str| keys.take::<LitStr>(key, example, errors);
    let name = text("name", "\"order-service\"");
    let version = text("version", "\"1.4.0\"");
    let group = text("group", "\"ORDERS\"");
    let cluster = text("cluster", "\"DEFAULT\"");
    let weight = keys
        .take::<Expr>("weight", "2.5", errors)
        .and_then(|expr| weight(&expr, errors));
    let metadata = keys
        .take_tokens("metadata")
        .map(|(_, tokens)| pairs(tokens, errors))
        .unwrap_or_default();
    keys.finish(errors);
    if let Some(name) = &name
        && !is_service_name(&name.value())
    {
        errors.at(
            name,
            "not a service name: 1 to 128 letters, digits, `.`, `_`, `:`, `-`, the first a letter or digit",
        );
    }
    for (key, _, span) in &metadata {
        if key.starts_with("nacos.") {
            errors.at_span(
                *span,
                "metadata keys that begin with `nacos.` are reserved, since Spring callers put their own values there: choose another key",
            );
        }
    }
    match syn::parse2::<ItemStruct>(item) {
        Ok(item) => Some(Registration {
            item,
            paths: Paths::new(renamed.as_ref()),
            name,
            version,
            weight,
            group,
            cluster,
            metadata,
        }),
        Err(error) => {
            errors.at_span(
                error.span(),
                "`#[service_registry]` stands on a module or component: `struct OrderModule;`",
            );
            None
        }
    }
}

fn weight(expr: &Expr, errors: &mut ErrorSink) -> Option<f64> {
    let number = match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse::<f64>().ok(),
            Lit::Float(number) => number.base10_parse::<f64>().ok(),
            _ => None,
        },
        _ => None,
    };
    let fits = number.filter(|weight| (0.0..=10_000.0).contains(weight));
    if fits.is_none() {
        errors.at(expr, "a weight is a number from 0 to 10000");
    }
    fits
}

pub(crate) fn is_service_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    name.len() <= 128
        && name.bytes().all(allowed)
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
}
