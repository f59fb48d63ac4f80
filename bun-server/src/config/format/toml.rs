use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use ::toml::Spanned;
use ::toml::de::{DeInteger, DeTable, DeValue};

use super::{Budget, Lines, check_depth, insert, origin};
use crate::config::ParseError;
use crate::config::tree::{Node, Origin, Value};

pub(super) fn parse(text: &str, source: &Arc<str>) -> Result<Node, ParseError> {
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| lines.line(span.start));
        ParseError::new(origin(source, line), error.message())
    })?;
    let mut reader = Reader {
        source,
        lines,
        budget: Budget::new(),
    };
    let at = origin(source, 1);
    reader.table(table.get_ref(), at, 1)
}

struct Reader<'a> {
    source: &'a Arc<str>,
    lines: Lines,
    budget: Budget,
}

impl Reader<'_> {
    fn origin(&self, span: &Range<usize>) -> Origin {
        origin(self.source, self.lines.line(span.start))
    }

    fn table(&mut self, table: &DeTable<'_>, at: Origin, depth: usize) -> Result<Node, ParseError> {
        check_depth(depth, &at)?;
        let mut entries = BTreeMap::new();
        for (key, value) in table {
            let at = self.origin(&key.span());
            let node = self.node(value, at, depth)?;
            insert(&mut entries, key.get_ref(), node)?;
        }
        Ok(Node {
            value: Value::Map(entries),
            origin: at,
        })
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>, at: Origin, depth: usize) -> Result<Node, ParseError> {
        self.budget.take(1, &at)?;
        Ok(match value.get_ref() {
            DeValue::String(text) => Node::quoted(text.as_ref(), at),
            DeValue::Integer(number) => Node::plain(decimal(number), at),
            DeValue::Float(number) => Node::plain(number.as_str(), at),
            DeValue::Boolean(value) => Node::plain(value.to_string(), at),
            DeValue::Datetime(time) => Node::quoted(time.to_string(), at),
            DeValue::Table(table) => self.table(table, at, depth + 1)?,
            DeValue::Array(items) => {
                check_depth(depth + 1, &at)?;
                let mut nodes = Vec::new();
                for item in items {
                    let at = self.origin(&item.span());
                    nodes.push(self.node(item, at, depth + 1)?);
                }
                Node {
                    value: Value::List(nodes),
                    origin: at,
                }
            }
        })
    }
}

/// `0xff` is 255 to everyone who asks; what is too large for that stays as it is written.
fn decimal(number: &DeInteger<'_>) -> String {
    match number.radix() {
        10 => number.as_str().to_owned(),
        radix => i128::from_str_radix(number.as_str(), radix)
            .map_or_else(|_| number.as_str().to_owned(), |number| number.to_string()),
    }
}
