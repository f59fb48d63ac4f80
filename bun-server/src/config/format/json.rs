use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Budget, Lines, check_depth, insert, origin};
use crate::config::ParseError;
use crate::config::tree::{Node, Origin, Value};

/// `serde_json` knows no positions of values: each level is taken apart into slices of the text, whose place gives the line.
pub(super) fn parse(text: &str, source: &Arc<str>) -> Result<Node, ParseError> {
    if text.trim().is_empty() {
        return Ok(Node::map(origin(source, 1)));
    }
    let fail = |error: serde_json::Error| {
        let text = error.to_string();
        let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
        ParseError::new(origin(source, error.line()), message)
    };
    let raw: &RawValue = serde_json::from_str(text).map_err(fail)?;
    Reader {
        text,
        source,
        lines: Lines::of(text),
        budget: Budget::new(),
    }
    .node(raw.get(), 1)
}

struct Reader<'a> {
    text: &'a str,
    source: &'a Arc<str>,
    lines: Lines,
    budget: Budget,
}

impl Reader<'_> {
    fn origin(&self, part: &str) -> Origin {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        origin(self.source, self.lines.line(offset))
    }

    fn node(&mut self, raw: &str, depth: usize) -> Result<Node, ParseError> {
        let at = self.origin(raw);
        self.budget.take(1, &at)?;
        let fail = |error: serde_json::Error| ParseError::new(at.clone(), error.to_string());
        match raw.as_bytes().first() {
            Some(b'{') => {
                check_depth(depth, &at)?;
                let Entries(parts) = serde_json::from_str(raw).map_err(fail)?;
                let mut entries = BTreeMap::new();
                for (key, part) in parts {
                    let node = self.node(part.get(), depth + 1)?;
                    insert(&mut entries, &key, node)?;
                }
                Ok(Node {
                    value: Value::Map(entries),
                    origin: at,
                })
            }
            Some(b'[') => {
                check_depth(depth, &at)?;
                let Items(parts) = serde_json::from_str(raw).map_err(fail)?;
                let items = parts
                    .into_iter()
                    .map(|part| self.node(part.get(), depth + 1))
                    .collect::<Result<_, _>>()?;
                Ok(Node {
                    value: Value::List(items),
                    origin: at,
                })
            }
            Some(b'"') => Ok(Node::quoted(serde_json::from_str::<String>(raw).map_err(fail)?, at)),
            _ if raw == "null" => Ok(Node {
                value: Value::Null,
                origin: at,
            }),
            _ => Ok(Node::plain(raw, at)),
        }
    }
}

struct Entries<'a>(Vec<(String, &'a RawValue)>);
struct Items<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts;
        impl<'de> Visitor<'de> for Parts {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = map.next_entry::<String, &RawValue>()? {
                    parts.push(part);
                }
                Ok(Entries(parts))
            }
        }
        deserializer.deserialize_map(Parts)
    }
}

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts;
        impl<'de> Visitor<'de> for Parts {
            type Value = Items<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = seq.next_element::<&RawValue>()? {
                    parts.push(part);
                }
                Ok(Items(parts))
            }
        }
        deserializer.deserialize_seq(Parts)
    }
}
