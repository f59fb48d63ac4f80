use std::collections::BTreeMap;

use serde::de::{self, Deserializer, Unexpected, Visitor};

use super::access::{Entries, Items, Variant};
use super::{Session, quoted, similar_key};
use crate::config::BindError;
use crate::config::duration::parse_duration;
use crate::config::path::{Path, Segment};
use crate::config::secret::{SECRET, is_sensitive};
use crate::config::tree::{Node, Scalar, Value};
use crate::suggest;

/// A node of a tree that is being read.
#[derive(Clone)]
pub(super) struct NodeDeserializer<'a> {
    pub(super) node: &'a Node,
    pub(super) path: Path,
    pub(super) text: Option<&'a str>,
    pub(super) session: &'a Session<'a>,
    /// Below a [`Secret`](super::Secret) or a key that names one: values are kept out of messages.
    pub(super) masked: bool,
}

impl NodeDeserializer<'_> {
    /// Puts the place into an error that has none; one from further inside has its own.
    pub(super) fn locate(&self, mut error: BindError) -> BindError {
        if error.origin.is_some() {
            return error;
        }
        let secret = self.scalar().is_some_and(|scalar| scalar.secret);
        let masked = secret
            || self.masked
            || matches!(self.path.segments().last(), Some(Segment::Key(key)) if is_sensitive(key));
        if masked && !error.missing {
            error.message = "invalid value (not shown: it is a secret)".to_owned();
        }
        error.path = match error.path.as_str() {
            "" => self.path.to_string(),
            field => self.path.child(Segment::Key(field.to_owned())).to_string(),
        };
        if let Some(similar) = similar_key(self.node, &error) {
            error.message = format!("missing; {similar} looks like it");
        }
        error.from(Some(&self.node.origin))
    }

    fn scalar(&self) -> Option<&Scalar> {
        match &self.node.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match &self.node.value {
            Value::Null | Value::Unresolved(_) => Unexpected::Unit,
            Value::Scalar(scalar) => Unexpected::Str(&scalar.text),
            Value::List(_) => Unexpected::Seq,
            Value::Map(_) => Unexpected::Map,
        }
    }

    fn invalid(&self, expected: &dyn de::Expected) -> BindError {
        if let Value::Unresolved(reason) = &self.node.value {
            return BindError::new(&self.path, reason.as_str()).from(Some(&self.node.origin));
        }
        self.locate(de::Error::invalid_type(self.unexpected(), expected))
    }

    pub(super) fn child<'b>(&'b self, segment: Segment, node: &'b Node) -> NodeDeserializer<'b> {
        let masked = self.masked;
        NodeDeserializer {
            node,
            path: self.path.child(segment),
            text: None,
            session: self.session,
            masked,
        }
    }

    fn note_unknown(&self, fields: &'static [&'static str]) {
        let Some(unknown) = &self.session.unknown else { return };
        for (key, node) in self.node.keys().filter(|(key, _)| !fields.contains(key)) {
            let path = self.path.child(Segment::Key(key.to_owned()));
            let hint = suggest::nearest(key, fields.iter().copied()).map_or_else(String::new, |near| {
                format!(", did you mean `{}`?", self.path.child(Segment::Key(near.to_owned())))
            });
            let message = if hint.is_empty() {
                format!("unknown key, expected one of {}", quoted(fields))
            } else {
                format!("unknown key{hint}")
            };
            unknown
                .borrow_mut()
                .push(BindError::new(path, message).from(Some(&node.origin)));
        }
    }
}

/// Numbers: a plain scalar is parsed as the type that is asked for, so that `1.20` stays text where text is wanted.
macro_rules! numbers {
    ($($method:ident $visit:ident $number:ty),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
            match self.scalar().filter(|scalar| !scalar.quoted).and_then(|scalar| scalar.text.parse::<$number>().ok()) {
                Some(number) => visitor.$visit(number).map_err(|error| self.locate(error)),
                None => Err(self.invalid(&visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for NodeDeserializer<'_> {
    type Error = BindError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        match &self.node.value {
            Value::Unresolved(_) => Err(self.invalid(&visitor)),
            Value::Null => visitor.visit_unit().map_err(|error| self.locate(error)),
            Value::List(_) => self.deserialize_seq(visitor),
            Value::Map(_) => self.deserialize_map(visitor),
            Value::Scalar(Scalar { text, quoted, .. }) => {
                let visited = match guess(text, *quoted) {
                    Guess::Bool(value) => visitor.visit_bool(value),
                    Guess::Unsigned(value) => visitor.visit_u64(value),
                    Guess::Signed(value) => visitor.visit_i64(value),
                    Guess::Float(value) => visitor.visit_f64(value),
                    Guess::Text => visitor.visit_str(text),
                };
                visited.map_err(|error| self.locate(error))
            }
        }
    }

    numbers! {
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_i128 visit_i128 i128,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_u128 visit_u128 u128,
        deserialize_f32 visit_f32 f32, deserialize_f64 visit_f64 f64,
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        match self
            .scalar()
            .filter(|scalar| !scalar.quoted)
            .map(|scalar| scalar.text.as_str())
        {
            Some("true" | "True" | "TRUE") => visitor.visit_bool(true).map_err(|error| self.locate(error)),
            Some("false" | "False" | "FALSE") => visitor.visit_bool(false).map_err(|error| self.locate(error)),
            _ => Err(self.invalid(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        let text = self.text.or_else(|| self.scalar().map(|scalar| scalar.text.as_str()));
        match text {
            Some(text) => visitor.visit_str(text).map_err(|error| self.locate(error)),
            None => Err(self.invalid(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        match self.node.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        match self.node.value {
            Value::Null => visitor.visit_unit(),
            _ => Err(self.invalid(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, BindError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, BindError> {
        if name == SECRET {
            self.masked = true;
            if let Some(secrets) = self.session.secrets {
                secrets.borrow_mut().push(self.path.clone());
            }
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        let items = match &self.node.value {
            Value::List(items) => items.iter().collect(),
            Value::Map(entries) => numbered(entries).ok_or_else(|| self.invalid(&visitor))?,
            _ => return Err(self.invalid(&visitor)),
        };
        let items = Items {
            parent: &self,
            items: items.into_iter().enumerate(),
        };
        visitor.visit_seq(items).map_err(|error| self.locate(error))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, BindError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, BindError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        self.map(&[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BindError> {
        if name == "Duration" && fields == ["secs", "nanos"] {
            return self.duration(visitor);
        }
        self.note_unknown(fields);
        self.map(fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BindError> {
        let access = match &self.node.value {
            Value::Scalar(scalar) => Variant {
                parent: &self,
                name: &scalar.text,
                content: None,
            },
            Value::Map(entries) if entries.len() == 1 => match entries.iter().next() {
                Some((name, content)) => Variant {
                    parent: &self,
                    name,
                    content: Some(content),
                },
                None => return Err(self.invalid(&visitor)),
            },
            _ => return Err(self.invalid(&visitor)),
        };
        visitor.visit_enum(access).map_err(|error| self.locate(error))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        visitor.visit_unit()
    }
}

impl NodeDeserializer<'_> {
    fn map<'de, V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, BindError> {
        let Value::Map(entries) = &self.node.value else {
            return Err(self.invalid(&visitor));
        };
        let absent = |field: &&&str| !entries.contains_key(**field) && self.session.is_wrong(&self.path, field);
        let entries = Entries {
            parent: &self,
            entries: entries.iter(),
            absent: fields.iter().filter(absent).copied().collect(),
            value: None,
        };
        visitor.visit_map(entries).map_err(|error| self.locate(error))
    }

    /// `std::time::Duration` knows itself as seconds and nanoseconds only; people write `3s`.
    fn duration<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        let Some(duration) = self.scalar().and_then(|scalar| parse_duration(&scalar.text)) else {
            return Err(self.invalid(&"a duration like `800ms`, `3s` or `5m`"));
        };
        let parts = [duration.as_secs(), u64::from(duration.subsec_nanos())];
        visitor
            .visit_seq(de::value::SeqDeserializer::new(parts.into_iter()))
            .map_err(|error| self.locate(error))
    }
}

enum Guess {
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text,
}

/// What a scalar is when nobody says what it should be (YAML 1.2 core schema).
fn guess(text: &str, quoted: bool) -> Guess {
    if quoted {
        return Guess::Text;
    }
    match text {
        "true" => return Guess::Bool(true),
        "false" => return Guess::Bool(false),
        _ => {}
    }
    if let Ok(number) = text.parse() {
        return Guess::Unsigned(number);
    }
    if let Ok(number) = text.parse() {
        return Guess::Signed(number);
    }
    match text.parse::<f64>() {
        Ok(number)
            if number.is_finite()
                && text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) =>
        {
            Guess::Float(number)
        }
        _ => Guess::Text,
    }
}

/// The entries `0`, `1`, .. of a map as a list: so variables and `.properties` spell one.
fn numbered(entries: &BTreeMap<String, Node>) -> Option<Vec<&Node>> {
    if entries.is_empty() {
        return None;
    }
    (0..entries.len())
        .map(|index| entries.get(&index.to_string()))
        .collect()
}
