use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::{Budget, check_depth, insert, origin};
use crate::config::ParseError;
use crate::config::tree::{Node, Origin, Value};

pub(super) fn parse(text: &str, source: &Arc<str>) -> Result<Node, ParseError> {
    let mut builder = Builder {
        source,
        open: Vec::new(),
        anchors: HashMap::new(),
        budget: Budget::new(),
        root: None,
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            // An error at the very end is reported behind the last line.
            let line = error.marker().line().min(text.lines().count().max(1));
            ParseError::new(origin(source, line), error.info())
        })?;
        builder.event(event, span)?;
    }
    Ok(builder.root.unwrap_or_else(|| Node::map(origin(source, 1))))
}

/// A list or map that has begun and not ended.
struct Open {
    node: Node,
    anchor: usize,
    /// Of a map: the key whose value comes next.
    key: Option<(String, Origin)>,
}

struct Builder<'a> {
    source: &'a Arc<str>,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    budget: Budget,
    root: Option<Node>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), ParseError> {
        let at = origin(self.source, span.start.line());
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let node = scalar(&text, style, tag.as_deref(), at);
                self.finished(node, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(Value::List(Vec::new()), anchor, at),
            Event::MappingStart(anchor, _) => self.begin(Value::Map(BTreeMap::new()), anchor, at),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.finished(open.node, open.anchor),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
                    return Err(ParseError::new(at, "an alias without its anchor"));
                };
                self.budget.take(size, &at)?;
                self.finished(Node { origin: at, ..node }, 0)
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(ParseError::new(at, "a second document: write one document per file"))
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, value: Value, anchor: usize, at: Origin) -> Result<(), ParseError> {
        check_depth(self.open.len() + 1, &at)?;
        if let Some(Open {
            node: Node {
                value: Value::Map(_), ..
            },
            key: None,
            ..
        }) = self.open.last()
        {
            return Err(ParseError::new(at, "a key must be a plain word"));
        }
        self.open.push(Open {
            node: Node { value, origin: at },
            anchor,
            key: None,
        });
        Ok(())
    }

    fn finished(&mut self, node: Node, anchor: usize) -> Result<(), ParseError> {
        self.budget.take(1, &node.origin)?;
        if anchor > 0 {
            let size = size(&node);
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(match node.value {
                Value::Null => Node::map(node.origin),
                _ => node,
            });
            return Ok(());
        };
        match (&mut open.node.value, open.key.take()) {
            (Value::List(items), _) => items.push(node),
            (Value::Map(entries), Some((key, _))) => insert(entries, &key, node)?,
            (Value::Map(_), None) => open.key = Some(key_of(node)?),
            _ => {}
        }
        Ok(())
    }
}

fn key_of(node: Node) -> Result<(String, Origin), ParseError> {
    match node.value {
        Value::Scalar(scalar) if scalar.text == "<<" && !scalar.quoted => Err(ParseError::new(
            node.origin,
            "merge keys (`<<`) are not part of YAML 1.2: repeat the keys",
        )),
        Value::Scalar(scalar) => Ok((scalar.text, node.origin)),
        _ => Err(ParseError::new(node.origin, "a key must be a plain word")),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, at: Origin) -> Node {
    let string = tag.is_some_and(|tag| tag.suffix == "str");
    match (style, text) {
        (ScalarStyle::Plain, "" | "~" | "null" | "Null" | "NULL") if !string => Node {
            value: Value::Null,
            origin: at,
        },
        (ScalarStyle::Plain, text) if !string => Node::plain(text, at),
        (_, text) => Node::quoted(text, at),
    }
}

fn size(node: &Node) -> usize {
    match &node.value {
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Map(entries) => 1 + entries.values().map(size).sum::<usize>(),
        Value::Null | Value::Unresolved(_) | Value::Scalar(_) => 1,
    }
}
