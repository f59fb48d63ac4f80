//! Trees into types. A scalar is read as what is asked for; every error names the key and the line.

mod access;
mod node;
mod stand_in;

use std::cell::RefCell;

use serde::de::{self, DeserializeOwned};

use self::node::NodeDeserializer;
use super::BindError;
use super::path::{Path, Segment};
use super::tree::Node;
use crate::suggest;

/// Paths at which a `Secret` was read.
pub(crate) type SecretPaths = RefCell<Vec<Path>>;

/// Who mends 32 problems starts again anyway.
const MOST_PROBLEMS: usize = 32;

/// Reads a `T`; every problem at once. `text` is the document's own text, given where the node is a whole document; where a
/// [`Secret`](super::Secret) is read, is noted in `secrets`.
pub(crate) fn bind<T: DeserializeOwned>(
    node: &Node,
    path: &Path,
    text: Option<&str>,
    secrets: &SecretPaths,
) -> Result<T, BindError> {
    let mut session = Session {
        secrets: Some(secrets),
        ..Session::default()
    };
    session.read(node, path, text).map_err(BindError::all)
}

/// Reads a `T`, and names every key that it does not know as well.
pub(crate) fn bind_strict<T: DeserializeOwned>(node: &Node, path: &Path) -> Result<T, Vec<BindError>> {
    let mut session = Session {
        unknown: Some(RefCell::default()),
        ..Session::default()
    };
    let read = session.read(node, path, None);
    let mut problems = session.unknown.map(RefCell::into_inner).unwrap_or_default();
    match read {
        Ok(value) if problems.is_empty() => Ok(value),
        Ok(_) => Err(problems),
        Err(errors) => {
            problems.extend(errors);
            Err(problems)
        }
    }
}

/// What is noted while a value is read.
#[derive(Default)]
struct Session<'a> {
    unknown: Option<RefCell<Vec<BindError>>>,
    secrets: Option<&'a SecretPaths>,
    /// Keys whose errors are known: something stands in for their values, so that the errors behind them are found.
    wrong: Vec<String>,
}

impl Session<'_> {
    fn read<T: DeserializeOwned>(&mut self, node: &Node, path: &Path, text: Option<&str>) -> Result<T, Vec<BindError>> {
        let mut errors: Vec<BindError> = Vec::new();
        loop {
            if let Some(unknown) = &self.unknown {
                unknown.borrow_mut().clear();
            }
            let read = T::deserialize(NodeDeserializer {
                node,
                path: path.clone(),
                text,
                session: self,
                masked: false,
            });
            match read {
                Ok(value) if errors.is_empty() => return Ok(value),
                Ok(_) => return Err(errors),
                Err(error) if self.wrong.contains(&error.path) || errors.len() >= MOST_PROBLEMS => {
                    // It hangs on a value that only stands in.
                    return Err(if errors.is_empty() { vec![error] } else { errors });
                }
                Err(error) => {
                    self.wrong.push(error.path.clone());
                    errors.push(error);
                }
            }
        }
    }

    fn is_wrong_path(&self, path: &Path) -> bool {
        !self.wrong.is_empty() && self.wrong.contains(&path.to_string())
    }

    fn is_wrong(&self, parent: &Path, field: &str) -> bool {
        !self.wrong.is_empty() && self.is_wrong_path(&parent.child(Segment::Key(field.to_owned())))
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

/// A key of `node` that may be meant by the one that is missing.
fn similar_key(node: &Node, error: &BindError) -> Option<String> {
    if !error.missing {
        return None;
    }
    let missing = Path::parse(&error.path);
    let Some(Segment::Key(field)) = missing.segments().last() else {
        return None;
    };
    similar(node, field)
}

/// A key of `node` that looks like `field`, with its line.
pub(crate) fn similar(node: &Node, field: &str) -> Option<String> {
    let near = suggest::nearest(field, node.keys().map(|(key, _)| key))?;
    let line = node.keys().find(|(key, _)| *key == near)?.1.origin.line();
    Some(match line {
        Some(line) => format!("`{near}` in line {line}"),
        None => format!("`{near}`"),
    })
}

pub(crate) fn quoted(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests;
