//! Texts into trees, with positions. Bounded: depth 64, 200,000 nodes after aliases; duplicate keys are refused.

mod json;
mod properties;
mod toml;
mod yaml;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ParseError;
use super::path::{Path, Segment};
use super::tree::{Node, Origin, Value};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON.
    Json,
    /// TOML 1.0.
    Toml,
    /// `key=value` lines of Java, in UTF-8.
    Properties,
    /// One string.
    Text,
    /// A format that is known and not read yet.
    Unsupported(&'static str),
}

impl Format {
    /// By content type (a media type or Nacos's own word), then by extension, else plain text.
    #[must_use]
    pub fn detect(content_type: Option<&str>, name: &str) -> Self {
        let by_type = content_type.and_then(|content_type| {
            let word = content_type
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase();
            Self::named(
                word.rsplit(['/', '+'])
                    .next()
                    .unwrap_or_default()
                    .trim_start_matches("x-"),
            )
        });
        // Nacos calls everything `text` that was published without a type.
        by_type
            .filter(|format| *format != Self::Text)
            .or_else(|| Self::named(name.rsplit_once('.')?.1.to_ascii_lowercase().as_str()))
            .unwrap_or(Self::Text)
    }

    fn named(word: &str) -> Option<Self> {
        Some(match word {
            "yaml" | "yml" => Self::Yaml,
            "json" => Self::Json,
            "text" | "txt" | "plain" => Self::Text,
            "toml" => Self::Toml,
            "properties" => Self::Properties,
            "xml" => Self::Unsupported("xml"),
            _ => return None,
        })
    }
}

const MAX_DEPTH: usize = 64;
const MAX_NODES: usize = 200_000;

/// Parses `text`; `source` names it in every origin.
pub(crate) fn parse(text: &str, format: Format, source: &Arc<str>) -> Result<Node, ParseError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(at) = text.find('\0') {
        let line = 1 + text[..at].matches('\n').count();
        return Err(ParseError::new(
            origin(source, line),
            "a NUL character: the text is not a configuration document",
        ));
    }
    match format {
        Format::Yaml => yaml::parse(text, source),
        Format::Json => json::parse(text, source),
        Format::Toml => toml::parse(text, source),
        Format::Properties => properties::parse(text, source),
        Format::Text => Ok(Node::quoted(text, origin(source, 1))),
        Format::Unsupported(name) => Err(ParseError::new(
            origin(source, 0),
            format!("documents of type `{name}` are not supported: write it as YAML, JSON, TOML or properties"),
        )),
    }
}

fn origin(source: &Arc<str>, line: usize) -> Origin {
    Origin::new(source, u32::try_from(line).unwrap_or(u32::MAX))
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let begins = text.match_indices('\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(begins).collect())
    }

    /// The line, from 1, of a byte.
    fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|begin| *begin <= offset)
    }
}

/// Counts what a text makes of itself, so that a small one cannot fill the memory.
struct Budget {
    nodes: usize,
}

impl Budget {
    fn new() -> Self {
        Self { nodes: 0 }
    }

    fn take(&mut self, nodes: usize, at: &Origin) -> Result<(), ParseError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES {
            return Err(ParseError::new(
                at.clone(),
                format!("more than {MAX_NODES} values (aliases counted)"),
            ));
        }
        Ok(())
    }
}

fn check_depth(depth: usize, at: &Origin) -> Result<(), ParseError> {
    if depth > MAX_DEPTH {
        return Err(ParseError::new(
            at.clone(),
            format!("nested deeper than {MAX_DEPTH} levels"),
        ));
    }
    Ok(())
}

/// Inserts under a key in which dots separate levels and brackets quote.
fn insert(entries: &mut BTreeMap<String, Node>, key: &str, node: Node) -> Result<(), ParseError> {
    let path = Path::parse(key);
    let keys: Vec<String> = match path.segments() {
        [] => vec![String::new()],
        segments => segments
            .iter()
            .map(|segment| match segment {
                Segment::Key(key) => key.clone(),
                Segment::Index(index) => index.to_string(),
            })
            .collect(),
    };
    insert_nested(entries, &keys, node, key)
}

fn insert_nested(
    entries: &mut BTreeMap<String, Node>,
    keys: &[String],
    node: Node,
    written: &str,
) -> Result<(), ParseError> {
    let Some((first, rest)) = keys.split_first() else {
        return Ok(());
    };
    let at = node.origin.clone();
    let duplicate = |first: &Node| {
        let before = first
            .origin
            .line()
            .map_or_else(String::new, |line| format!(", first in line {line}"));
        ParseError::new(at.clone(), format!("the key `{written}` is given twice{before}"))
    };
    if rest.is_empty() {
        return match (entries.get_mut(first), node.value) {
            (None, value) => {
                entries.insert(
                    first.clone(),
                    Node {
                        value,
                        origin: node.origin,
                    },
                );
                Ok(())
            }
            // `a.b: 1` and `a: { c: 2 }` are two parts of one map.
            (
                Some(Node {
                    value: Value::Map(known),
                    ..
                }),
                Value::Map(more),
            ) => more
                .into_iter()
                .try_for_each(|(key, node)| insert_nested(known, &[key], node, written)),
            (Some(known), _) => Err(duplicate(known)),
        };
    }
    let child = entries
        .entry(first.clone())
        .or_insert_with(|| Node::map(node.origin.clone()));
    match &mut child.value {
        Value::Map(entries) => insert_nested(entries, rest, node, written),
        _ => Err(duplicate(child)),
    }
}

#[cfg(test)]
mod tests;
