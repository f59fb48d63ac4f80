//! Where a value goes that is injected or read: a field of a component, or an argument of a provider; and whence it comes.

mod expand;
mod parse;

use syn::{Attribute, Expr, LitStr, Member, Type};

pub(crate) use expand::{dependency, external, field_value};
pub(crate) use parse::{Taken, take_source};

pub(crate) struct ComponentField {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) line: u32,
    pub(crate) source: Source,
    /// `#[inject(qualifier = ..)]`
    pub(crate) qualifier: Option<Type>,
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
