use proc_macro2::TokenStream;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprPath, Field, Index, Item, ItemStruct, Lit, LitBool, LitStr, Member, Meta, Type, UnOp};

use crate::driver::{head, line};
use crate::errors::ErrorSink;
use crate::keys::Keys;
use crate::paths::Paths;
use crate::types::conditions;

/// A struct with `#[injectable]`, its helper attributes taken off.
pub(crate) struct Component {
    pub(crate) item: ItemStruct,
    pub(crate) paths: Paths,
    pub(crate) provide: Vec<Type>,
    /// The constructor, when it is not the struct's own fields.
    pub(crate) new: Option<Expr>,
    pub(crate) on_start: Option<ExprPath>,
    pub(crate) on_stop: Option<ExprPath>,
    pub(crate) fields: Vec<ComponentField>,
}

pub(crate) struct ComponentField {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) line: u32,
    pub(crate) source: Source,
    /// `#[governance]`, or the name.
    pub(crate) governance: bool,
    /// Whether an attribute says where it comes from.
    pub(crate) attributed: bool,
}

/// Where a field's value comes from.
pub(crate) enum Source {
    Inject,
    Default(Option<Expr>),
    Value(ValueSource),
}

/// `#[config_value]` or `#[config_center_value]`.
pub(crate) struct ValueSource {
    pub(crate) place: ValuePlace,
    pub(crate) default: Option<Literal>,
    pub(crate) required: bool,
}

pub(crate) enum ValuePlace {
    Merged {
        path: LitStr,
    },
    Document {
        data_id: LitStr,
        group: Option<LitStr>,
        namespace: Option<LitStr>,
        key: Option<LitStr>,
    },
}

/// A default as text, and whether it was quoted.
pub(crate) struct Literal {
    pub(crate) text: String,
    pub(crate) quoted: bool,
}

pub(crate) fn component(arguments: TokenStream, item: TokenStream, errors: &mut ErrorSink) -> Option<Component> {
    const KNOWN: &[&str] = &["provide", "new", "on_start", "on_stop", "crate"];
    let mut keys = Keys::parse(arguments, KNOWN, errors);
    let renamed = keys.take_crate(errors);
    let provide = keys.take_list("provide", "dyn Trait", errors);
    let new = keys.take("new", "Self::connect", errors);
    let on_start = keys.take("on_start", "Self::method", errors);
    let on_stop = keys.take("on_stop", "Self::method", errors);
    keys.finish(errors);
    let mut item = match syn::parse2::<Item>(item) {
        Ok(Item::Struct(item)) => item,
        Ok(other) => {
            errors.at(
                &head(&other),
                "`#[injectable]` stands on a struct: its fields are what is injected",
            );
            return None;
        }
        Err(error) => {
            errors.add(error);
            return None;
        }
    };
    let fields = item
        .fields
        .iter_mut()
        .enumerate()
        .map(|(position, field)| parse_field(position, field, errors))
        .collect();
    Some(Component {
        item,
        paths: Paths::new(renamed.as_ref()),
        provide,
        new,
        on_start,
        on_stop,
        fields,
    })
}

fn parse_field(position: usize, field: &mut Field, errors: &mut ErrorSink) -> ComponentField {
    let member = field
        .ident
        .clone()
        .map_or_else(|| Member::Unnamed(Index::from(position)), Member::Named);
    let (source, marked) = take_source(&mut field.attrs, errors);
    let named = field.ident.as_ref().is_some_and(|name| name == "governance");
    ComponentField {
        member,
        ty: field.ty.clone(),
        cfgs: conditions(&field.attrs),
        line: line(field.ty.span()),
        governance: marked || (named && source.is_none()),
        attributed: source.is_some(),
        source: source.unwrap_or(Source::Inject),
    }
}

/// Takes the attributes that say where a value comes from off a field or an argument; and whether `#[governance]` was there.
pub(crate) fn take_source(attributes: &mut Vec<Attribute>, errors: &mut ErrorSink) -> (Option<Source>, bool) {
    let mut sources: Vec<Source> = Vec::new();
    let mut marked = false;
    attributes.retain(|attribute| {
        let path = attribute.path();
        let source = if path.is_ident("default") {
            parse_default(attribute, errors).map(Source::Default)
        } else if path.is_ident("config_value") {
            parse_config_value(attribute, errors).map(Source::Value)
        } else if path.is_ident("config_center_value") {
            parse_config_center_value(attribute, errors).map(Source::Value)
        } else if path.is_ident("governance") {
            marked = true;
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
    (sources.into_iter().next(), marked)
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

/// What stands in the parentheses of an attribute.
pub(crate) fn arguments(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
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
