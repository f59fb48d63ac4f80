use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::path::{Path, Segment};

/// Where a value comes from: `application.yaml:7`, `env:BUN_SERVER__PORT`, `nacos dev/ORDERS/order.yaml@3f2a…:1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    source: Arc<str>,
    /// From 1; 0 where a source has no lines.
    line: u32,
}

impl Origin {
    pub(crate) fn new(source: &Arc<str>, line: u32) -> Self {
        Self {
            source: Arc::clone(source),
            line,
        }
    }

    /// The file, variable or document.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The line in it, from 1, where the source has lines.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        (self.line > 0).then_some(self.line)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        self.line().map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A value and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) origin: Origin,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    /// A text with a reference that leads nowhere, and why.
    Unresolved(String),
    Scalar(Scalar),
    List(Vec<Node>),
    Map(BTreeMap<String, Node>),
}

/// The text as it was written. What type it is, is decided by who asks for it: `1.20` is a version or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// Quoted: a string and nothing else.
    pub(crate) quoted: bool,
    /// Made of something that must not be shown.
    pub(crate) secret: bool,
}

impl Node {
    pub(crate) fn map(origin: Origin) -> Self {
        Self {
            value: Value::Map(BTreeMap::new()),
            origin,
        }
    }

    pub(crate) fn plain(text: impl Into<String>, origin: Origin) -> Self {
        Self {
            value: Value::Scalar(Scalar {
                text: text.into(),
                quoted: false,
                secret: false,
            }),
            origin,
        }
    }

    pub(crate) fn quoted(text: impl Into<String>, origin: Origin) -> Self {
        Self {
            value: Value::Scalar(Scalar {
                text: text.into(),
                quoted: true,
                secret: false,
            }),
            origin,
        }
    }

    pub(crate) fn at(&self, path: &Path) -> Option<&Self> {
        path.segments()
            .iter()
            .try_fold(self, |node, segment| match (&node.value, segment) {
                (Value::Map(entries), Segment::Key(key)) => entries.get(key),
                (Value::List(items), Segment::Index(index)) => items.get(*index),
                (Value::Map(entries), Segment::Index(index)) => entries.get(&index.to_string()),
                _ => None,
            })
    }

    pub(crate) fn remove(&mut self, path: &Path) -> Option<Self> {
        let (last, parents) = path.segments().split_last()?;
        let mut node = self;
        for segment in parents {
            let (Value::Map(entries), Segment::Key(key)) = (&mut node.value, segment) else {
                return None;
            };
            node = entries.get_mut(key)?;
        }
        match (&mut node.value, last) {
            (Value::Map(entries), Segment::Key(key)) => entries.remove(key),
            _ => None,
        }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, &Self)> {
        let entries = match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        };
        entries.into_iter().flatten().map(|(key, node)| (key.as_str(), node))
    }

    /// Whether a text in it refers to something.
    pub(crate) fn has_references(&self) -> bool {
        match &self.value {
            Value::Null | Value::Unresolved(_) => false,
            Value::Scalar(scalar) => scalar.text.contains("${"),
            Value::List(items) => items.iter().any(Self::has_references),
            Value::Map(entries) => entries.values().any(Self::has_references),
        }
    }

    /// Whether the values are equal, wherever they come from.
    pub(crate) fn same_value(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Null, Value::Null) => true,
            (Value::Unresolved(left), Value::Unresolved(right)) => left == right,
            (Value::Scalar(left), Value::Scalar(right)) => left == right,
            (Value::List(left), Value::List(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.same_value(right))
            }
            (Value::Map(left), Value::Map(right)) => {
                left.len() == right.len()
                    && left
                        .iter()
                        .zip(right)
                        .all(|((a, left), (b, right))| a == b && left.same_value(right))
            }
            _ => false,
        }
    }
}
