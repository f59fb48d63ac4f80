use syn::{Attribute, Expr, Lit, LitBool, LitStr, Meta, Type, UnOp};

use super::{Literal, Source, ValuePlace, ValueSource};
use crate::errors::ErrorSink;
use crate::keys::Keys;
use crate::types::arguments;

/// What the attributes of a field or an argument say.
pub(crate) struct Taken {
    pub(crate) source: Option<Source>,
    /// Whether `#[governance]` was there.
    pub(crate) governance: bool,
    pub(crate) qualifier: Option<Type>,
}

/// Takes the attributes that say where a value comes from off a field or an argument.
pub(crate) fn take_source(attributes: &mut Vec<Attribute>, errors: &mut ErrorSink) -> Taken {
    let mut sources: Vec<Source> = Vec::new();
    let mut taken = Taken {
        source: None,
        governance: false,
        qualifier: None,
    };
    attributes.retain(|attribute| {
        let path = attribute.path();
        let source = if path.is_ident("default") {
            parse_default(attribute, errors).map(Source::Default)
        } else if path.is_ident("config_value") {
            parse_config_value(attribute, errors).map(Source::Value)
        } else if path.is_ident("config_center_value") {
            parse_config_center_value(attribute, errors).map(Source::Value)
        } else if path.is_ident("inject") {
            taken.qualifier = parse_inject(attribute, errors);
            taken.qualifier.is_some().then_some(Source::Inject)
        } else if path.is_ident("governance") {
            taken.governance = true;
            None
        } else {
            return true;
        };
        if source.is_some() && !sources.is_empty() {
            errors.at(attribute, "a value has one source: keep one of these attributes");
        }
        sources.extend(source);
        false
    });
    taken.source = sources.into_iter().next();
    taken
}

fn parse_inject(attribute: &Attribute, errors: &mut ErrorSink) -> Option<Type> {
    let arguments = arguments(attribute);
    if arguments.is_empty() {
        errors.at(
            attribute,
            "say which one: `#[inject(qualifier = Primary)]`; without a qualifier a field needs no attribute",
        );
        return None;
    }
    let mut keys = Keys::parse(arguments, &["qualifier"], errors);
    let qualifier = keys.take("qualifier", "Primary", errors);
    keys.finish(errors);
    qualifier
}

fn parse_default(attribute: &Attribute, errors: &mut ErrorSink) -> Option<Option<Expr>> {
    match &attribute.meta {
        Meta::Path(_) => Some(None),
        Meta::List(_) => errors.keep(attribute.parse_args()).map(Some),
        Meta::NameValue(pair) => {
            errors.at(&pair.value, "write `#[default(expr)]`");
            None
        }
    }
}

fn parse_config_value(attribute: &Attribute, errors: &mut ErrorSink) -> Option<ValueSource> {
    let mut keys = Keys::parse(arguments(attribute), &["default", "required"], errors);
    let path = keys.take_positional::<LitStr>("#[config_value(\"limits.page_size\")]", errors);
    let default = take_default(&mut keys, errors);
    let required = take_required(&mut keys, errors);
    keys.finish(errors);
    if let Ok(Some(empty)) = &path
        && empty.value().is_empty()
    {
        errors.at(empty, "a key is not empty: write `\"limits.page_size\"`");
    }
    if matches!(path, Ok(None)) {
        errors.at(
            attribute,
            "write the key: `#[config_value(\"limits.page_size\", default = 20)]`",
        );
    }
    Some(ValueSource {
        place: ValuePlace::Merged { path: path.ok()?? },
        default,
        required,
    })
}

fn parse_config_center_value(attribute: &Attribute, errors: &mut ErrorSink) -> Option<ValueSource> {
    const KNOWN: &[&str] = &["data_id", "group", "namespace", "key", "default", "required"];
    let before = errors.is_empty();
    let mut keys = Keys::parse(arguments(attribute), KNOWN, errors);
    let misspelt = before && !errors.is_empty();
    let mut text = |key: &str| keys.take::<LitStr>(key, "\"..\"", errors);
    let (data_id, group, namespace, key) = (text("data_id"), text("group"), text("namespace"), text("key"));
    let default = take_default(&mut keys, errors);
    let required = take_required(&mut keys, errors);
    keys.finish(errors);
    match data_id {
        Some(data_id) if data_id.value().is_empty() => {
            errors.at(&data_id, "a document has a name: write `data_id = \"order.yaml\"`");
            None
        }
        Some(data_id) => Some(ValueSource {
            place: ValuePlace::Document {
                data_id,
                group,
                namespace,
                key,
            },
            default,
            required,
        }),
        None => {
            // A misspelt `data_id` has been told of already.
            if !misspelt {
                errors.at(
                    attribute,
                    "name the document: `#[config_center_value(data_id = \"order.yaml\", key = \"limits\")]`",
                );
            }
            None
        }
    }
}

fn take_required(keys: &mut Keys, errors: &mut ErrorSink) -> bool {
    keys.take::<LitBool>("required", "false", errors)
        .is_none_or(|required| required.value)
}

fn take_default(keys: &mut Keys, errors: &mut ErrorSink) -> Option<Literal> {
    let expr = keys.take::<Expr>("default", "\"text\"` or `default = 20", errors)?;
    let literal = literal(&expr);
    if literal.is_none() {
        errors.at(
            &expr,
            "a default is a literal: `default = 20`, `default = \"text\"` or `default = true`",
        );
    }
    literal
}

fn literal(expr: &Expr) -> Option<Literal> {
    let (sign, expr) = match expr {
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => ("-", &*unary.expr),
        expr => ("", expr),
    };
    let Expr::Lit(literal) = expr else { return None };
    let plain = |text: String| {
        Some(Literal {
            text: format!("{sign}{text}"),
            quoted: false,
        })
    };
    match &literal.lit {
        Lit::Str(text) if sign.is_empty() => Some(Literal {
            text: text.value(),
            quoted: true,
        }),
        Lit::Int(number) => plain(number.base10_digits().to_owned()),
        Lit::Float(number) => plain(number.base10_digits().to_owned()),
        Lit::Bool(value) if sign.is_empty() => plain(value.value.to_string()),
        _ => None,
    }
}
