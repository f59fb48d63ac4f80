use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Expr, ImplItemFn, Lit, LitInt, LitStr};

use crate::duration;
use crate::errors::ErrorSink;
use crate::keys::Keys;
use crate::paths::Paths;
use crate::types::{self, arguments, is_named};

/// A method with policies, their attributes taken off.
pub(crate) struct GovernedMethod {
    pub(crate) item: ImplItemFn,
    pub(crate) paths: Paths,
    pub(crate) name: Option<LitStr>,
    pub(crate) fallback: Option<Expr>,
    pub(crate) policies: Policies,
    /// A key was unknown: perhaps the one that is missed.
    pub(crate) misspelt: bool,
}

/// What the attributes of one site say together; the order in which they stand means nothing.
#[derive(Default)]
pub(crate) struct Policies {
    /// As constants.
    pub(crate) timeout: Option<TokenStream>,
    pub(crate) circuit_breaker: Option<Breaker>,
}

/// The keys of a circuit breaker, as constants.
#[derive(Default)]
pub(crate) struct Breaker {
    pub(crate) failure_rate: Option<f64>,
    pub(crate) minimum_calls: Option<u32>,
    pub(crate) window_size: Option<u32>,
    pub(crate) open_for: Option<TokenStream>,
    pub(crate) half_open_calls: Option<u32>,
}

const BREAKER_KEYS: &[&str] = &[
    "failure_rate",
    "minimum_calls",
    "window_size",
    "open_for",
    "half_open_calls",
];

/// `#[circuit_breaker(..)]` on a method of a component.
pub(crate) fn method(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> Option<GovernedMethod> {
    const KNOWN: &[&str] = &[
        "name",
        "failure_rate",
        "minimum_calls",
        "window_size",
        "open_for",
        "half_open_calls",
        "fallback",
        "crate",
    ];
    let before = errors.is_empty();
    let mut keys = Keys::parse(arguments, KNOWN, errors);
    let misspelt = before && !errors.is_empty();
    let paths = Paths::new(keys.take_crate(errors).as_ref());
    let name = keys.take("name", "\"owner\"", errors);
    let fallback = keys.take("fallback", "Self::guest", errors);
    let circuit_breaker = Some(breaker(&mut keys, &paths, errors));
    keys.finish(errors);
    match syn::parse2::<ImplItemFn>(item) {
        Ok(mut item) => {
            item.attrs.retain(|other| {
                let again = is_named(other, "circuit_breaker");
                if again {
                    errors.at(other, "a method has one circuit breaker: keep one of the attributes");
                }
                !again
            });
            let policies = Policies {
                timeout: None,
                circuit_breaker,
            };
            Some(GovernedMethod {
                item,
                paths,
                name,
                fallback,
                policies,
                misspelt,
            })
        }
        Err(error) => {
            errors.at_span(
                error.span(),
                "`#[circuit_breaker]` stands on an `async fn` of a component, or of a `#[service_client]` trait",
            );
            None
        }
    }
}

/// `#[policy(..)]` and `#[circuit_breaker(..)]` of a method of a `#[service_client]` trait.
pub(crate) fn take_from_trait_method(attributes: &mut [Attribute], paths: &Paths, errors: &mut ErrorSink) -> Policies {
    let mut policies = Policies::default();
    for attribute in attributes {
        if is_named(attribute, "policy") {
            let mut keys = Keys::parse(arguments(attribute), &["timeout", "circuit_breaker"], errors);
            if let Some(timeout) = keys.take::<LitStr>("timeout", "\"800ms\"", errors) {
                policies.timeout = Some(duration::tokens(&timeout, paths, errors));
            }
            if let Some((_, tokens)) = keys.take_tokens("circuit_breaker") {
                let mut inner = Keys::parse(tokens, BREAKER_KEYS, errors);
                set(&mut policies, breaker(&mut inner, paths, errors), attribute, errors);
                inner.finish(errors);
            }
            keys.finish(errors);
        } else if is_named(attribute, "circuit_breaker") {
            let mut keys = Keys::parse(arguments(attribute), BREAKER_KEYS, errors);
            set(&mut policies, breaker(&mut keys, paths, errors), attribute, errors);
            keys.finish(errors);
        } else {
            continue;
        }
        types::take(attribute);
    }
    policies
}

fn set(policies: &mut Policies, breaker: Breaker, attribute: &Attribute, errors: &mut ErrorSink) {
    if policies.circuit_breaker.replace(breaker).is_some() {
        errors.at(attribute, "a method has one circuit breaker: keep one of them");
    }
}

fn breaker(keys: &mut Keys, paths: &Paths, errors: &mut ErrorSink) -> Breaker {
    let failure_rate = keys
        .take::<Expr>("failure_rate", "50", errors)
        .and_then(|expr| percent(&expr, errors));
    let mut count = |key: &str| {
        keys.take::<LitInt>(key, "10", errors)
            .and_then(|number| positive(&number, errors))
    };
    let (minimum_calls, window_size, half_open_calls) =
        (count("minimum_calls"), count("window_size"), count("half_open_calls"));
    let open_for = keys
        .take::<LitStr>("open_for", "\"30s\"", errors)
        .map(|text| duration::tokens(&text, paths, errors));
    Breaker {
        failure_rate,
        minimum_calls,
        window_size,
        open_for,
        half_open_calls,
    }
}

fn percent(expr: &impl ToTokens, errors: &mut ErrorSink) -> Option<f64> {
    let number = match syn::parse2::<Lit>(expr.to_token_stream()) {
        Ok(Lit::Int(number)) => number.base10_parse::<f64>().ok(),
        Ok(Lit::Float(number)) => number.base10_parse::<f64>().ok(),
        _ => None,
    };
    let fits = number.filter(|percent| *percent > 0.0 && *percent <= 100.0);
    if fits.is_none() {
        errors.at(expr, "a rate is a percentage: more than 0, at most 100");
    }
    fits
}

fn positive(number: &LitInt, errors: &mut ErrorSink) -> Option<u32> {
    let value = number.base10_parse::<u32>().ok().filter(|value| *value > 0);
    if value.is_none() {
        errors.at(number, "a count is a whole number of at least 1");
    }
    value
}
