use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer as _, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

use super::node::NodeDeserializer;
use super::stand_in::StandIn;
use crate::config::BindError;
use crate::config::path::Segment;
use crate::config::tree::{Node, Value};

/// Reads a child, or what stands in for one that is known to be wrong.
fn read<'de, T: DeserializeSeed<'de>>(seed: T, child: &NodeDeserializer<'_>) -> Result<T::Value, BindError> {
    let read = if child.session.is_wrong_path(&child.path) {
        seed.deserialize(StandIn::new())
    } else {
        seed.deserialize(child.clone())
    };
    read.map_err(|error| child.locate(error))
}

pub(super) struct Items<'a, I> {
    pub(super) parent: &'a NodeDeserializer<'a>,
    pub(super) items: I,
}

impl<'a, 'de, I: Iterator<Item = (usize, &'a Node)>> SeqAccess<'de> for Items<'a, I> {
    type Error = BindError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, BindError> {
        let Some((index, node)) = self.items.next() else {
            return Ok(None);
        };
        read(seed, &self.parent.child(Segment::Index(index), node)).map(Some)
    }
}

pub(super) struct Entries<'a> {
    pub(super) parent: &'a NodeDeserializer<'a>,
    pub(super) entries: std::collections::btree_map::Iter<'a, String, Node>,
    /// Fields that are known to be missing.
    pub(super) absent: Vec<&'static str>,
    /// Of the key that was read last; `None`: it is missing.
    pub(super) value: Option<(&'a String, &'a Node)>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = BindError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, BindError> {
        self.value = self.entries.next();
        let Some((key, node)) = self.value else {
            let Some(field) = self.absent.pop() else {
                return Ok(None);
            };
            let field: StrDeserializer<'_, BindError> = field.into_deserializer();
            return seed.deserialize(field).map(Some);
        };
        // A key is asked for as text, a number or an enum: it binds as an unquoted scalar does.
        let origin = node.origin.clone();
        let named = Node::plain(key.clone(), origin);
        let child = self.parent.child(Segment::Key(key.clone()), &named);
        seed.deserialize(child.clone())
            .map(Some)
            .map_err(|error| child.locate(error))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, BindError> {
        match self.value.take() {
            None => seed.deserialize(StandIn::new()),
            Some((key, node)) => read(seed, &self.parent.child(Segment::Key(key.clone()), node)),
        }
    }
}

pub(super) struct Variant<'a> {
    pub(super) parent: &'a NodeDeserializer<'a>,
    pub(super) name: &'a str,
    pub(super) content: Option<&'a Node>,
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
        read(seed, &self.content()?)
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
