//! Trees into types. A scalar is read as what is asked for; every error names the key and the line.

use std::cell::RefCell;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};

use super::BindError;
use super::duration::parse_duration;
use super::path::{Path, Segment};
use super::secret::{SECRET, is_sensitive};
use super::tree::{Node, Scalar, Value};
use crate::suggest;

/// Paths at which a `Secret` was read.
pub(crate) type SecretPaths = RefCell<Vec<Path>>;

/// Reads a `T`. `text` is the document's own text, given where the node is a whole document; where a
/// [`Secret`](super::Secret) is read, is noted in `secrets`.
pub(crate) fn bind<T: DeserializeOwned>(
    node: &Node,
    path: &Path,
    text: Option<&str>,
    secrets: &SecretPaths,
) -> Result<T, BindError> {
    T::deserialize(NodeDeserializer {
        node,
        path: path.clone(),
        text,
        unknown: None,
        secrets: Some(secrets),
        masked: false,
    })
}

/// Reads a `T` and names every key that it does not know.
pub(crate) fn bind_strict<T: DeserializeOwned>(node: &Node, path: &Path) -> Result<T, Vec<BindError>> {
    let unknown = RefCell::new(Vec::new());
    let deserializer = NodeDeserializer {
        node,
        path: path.clone(),
        text: None,
        unknown: Some(&unknown),
        secrets: None,
        masked: false,
    };
    let read = T::deserialize(deserializer);
    let mut problems = unknown.into_inner();
    match read {
        Ok(value) if problems.is_empty() => Ok(value),
        Ok(_) => Err(problems),
        Err(error) => {
            problems.push(error);
            Err(problems)
        }
    }
}

impl de::Error for BindError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::new("", message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::missing(field)
    }
}

#[derive(Clone)]
struct NodeDeserializer<'a> {
    node: &'a Node,
    path: Path,
    text: Option<&'a str>,
    unknown: Option<&'a RefCell<Vec<BindError>>>,
    secrets: Option<&'a SecretPaths>,
    /// Below a [`Secret`](super::Secret) or a key that names one: values are kept out of messages.
    masked: bool,
}

impl NodeDeserializer<'_> {
    /// Puts the place into an error that has none; one from further inside has its own.
    fn locate(&self, mut error: BindError) -> BindError {
        if error.origin.is_some() {
            return error;
        }
        let masked = self.masked || matches!(self.path.segments().last(), Some(Segment::Key(key)) if is_sensitive(key));
        if masked && !error.missing {
            error.message = "invalid value (not shown: it is a secret)".to_owned();
        }
        error.path = match error.path.as_str() {
            "" => self.path.to_string(),
            field => self.path.child(Segment::Key(field.to_owned())).to_string(),
        };
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
            Value::Null => Unexpected::Unit,
            Value::Scalar(scalar) => Unexpected::Str(&scalar.text),
            Value::List(_) => Unexpected::Seq,
            Value::Map(_) => Unexpected::Map,
        }
    }

    fn invalid(&self, expected: &dyn de::Expected) -> BindError {
        self.locate(de::Error::invalid_type(self.unexpected(), expected))
    }

    fn child<'b>(&'b self, segment: Segment, node: &'b Node) -> NodeDeserializer<'b> {
        let masked = self.masked;
        NodeDeserializer {
            node,
            path: self.path.child(segment),
            text: None,
            unknown: self.unknown,
            secrets: self.secrets,
            masked,
        }
    }

    fn note_unknown(&self, fields: &'static [&'static str]) {
        let Some(unknown) = self.unknown else { return };
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

pub(super) fn quoted(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
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
            Value::Null => visitor.visit_unit().map_err(|error| self.locate(error)),
            Value::List(_) => self.deserialize_seq(visitor),
            Value::Map(_) => self.deserialize_map(visitor),
            Value::Scalar(Scalar { text, quoted }) => {
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
            if let Some(secrets) = self.secrets {
                secrets.borrow_mut().push(self.path.clone());
            }
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        let Value::List(items) = &self.node.value else {
            return Err(self.invalid(&visitor));
        };
        visitor
            .visit_seq(Items {
                parent: &self,
                items,
                next: 0,
            })
            .map_err(|error| self.locate(error))
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
        let Value::Map(entries) = &self.node.value else {
            return Err(self.invalid(&visitor));
        };
        let entries = Entries {
            parent: &self,
            entries: entries.iter(),
            value: None,
        };
        visitor.visit_map(entries).map_err(|error| self.locate(error))
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
        self.deserialize_map(visitor)
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

struct Items<'a> {
    parent: &'a NodeDeserializer<'a>,
    items: &'a [Node],
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = BindError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, BindError> {
        let Some(node) = self.items.get(self.next) else {
            return Ok(None);
        };
        let child = self.parent.child(Segment::Index(self.next), node);
        self.next += 1;
        seed.deserialize(child.clone())
            .map(Some)
            .map_err(|error| child.locate(error))
    }
}

struct Entries<'a> {
    parent: &'a NodeDeserializer<'a>,
    entries: std::collections::btree_map::Iter<'a, String, Node>,
    value: Option<(&'a String, &'a Node)>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = BindError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, BindError> {
        let Some((key, node)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some((key, node));
        // A key is asked for as text, a number or an enum: it binds as an unquoted scalar does.
        let origin = node.origin.clone();
        let named = Node::plain(key.clone(), origin);
        let child = self.parent.child(Segment::Key(key.clone()), &named);
        seed.deserialize(child.clone())
            .map(Some)
            .map_err(|error| child.locate(error))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, BindError> {
        let Some((key, node)) = self.value.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        let child = self.parent.child(Segment::Key(key.clone()), node);
        seed.deserialize(child.clone()).map_err(|error| child.locate(error))
    }
}

struct Variant<'a> {
    parent: &'a NodeDeserializer<'a>,
    name: &'a str,
    content: Option<&'a Node>,
}

impl<'a, 'de> EnumAccess<'de> for Variant<'a> {
    type Error = BindError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), BindError> {
        let name: StrDeserializer<'_, BindError> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl Variant<'_> {
    fn content(&self) -> Result<NodeDeserializer<'_>, BindError> {
        let node = self.content.ok_or_else(|| {
            <BindError as de::Error>::custom(format!("`{}` needs a value: write `{}: ..`", self.name, self.name))
        })?;
        Ok(self.parent.child(Segment::Key(self.name.to_owned()), node))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = BindError;

    fn unit_variant(self) -> Result<(), BindError> {
        match self.content {
            None | Some(Node { value: Value::Null, .. }) => Ok(()),
            Some(_) => Err(de::Error::custom(format!("`{}` takes no value", self.name))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, BindError> {
        seed.deserialize(self.content()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, BindError> {
        self.content()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BindError> {
        self.content()?.deserialize_struct("", fields, visitor)
    }
}

#[cfg(test)]
mod tests;
