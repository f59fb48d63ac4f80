//! `${other.key}`: a value that is made of others, wherever those come from.

use std::collections::HashMap;

use super::BindError;
use super::path::{Path, Segment};
use super::secret::is_sensitive;
use super::template::{Part, Template};
use super::tree::{Node, Scalar, Value};

/// One text that is made of others may not fill the memory, nor all of them together.
const LONGEST_TEXT: usize = 64 * 1024;
const LONGEST_SUM: usize = 10 * 1024 * 1024;
const LONGEST_CHAIN: usize = 64;

/// Replaces every reference in `node`, which lies at `path` of `tree` or apart from it, by what it names in `tree`; a text
/// whose references fail becomes [`Value::Unresolved`] and a problem.
pub(crate) struct Resolver<'a> {
    tree: &'a Node,
    is_secret: &'a dyn Fn(&Path) -> bool,
    known: HashMap<String, Result<Resolved, Failure>>,
    length: usize,
    pub(crate) problems: Vec<BindError>,
}

#[derive(Clone)]
struct Resolved {
    text: String,
    quoted: bool,
    secret: bool,
}

#[derive(Clone)]
struct Failure {
    message: String,
    missing: bool,
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self {
            message,
            missing: false,
        }
    }
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(tree: &'a Node, is_secret: &'a dyn Fn(&Path) -> bool) -> Self {
        Self {
            tree,
            is_secret,
            known: HashMap::new(),
            length: 0,
            problems: Vec::new(),
        }
    }

    pub(crate) fn resolve(&mut self, node: &mut Node, path: &Path) {
        match &mut node.value {
            Value::List(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.resolve(item, &path.child(Segment::Index(index)));
                }
            }
            Value::Map(entries) => {
                for (key, child) in entries {
                    self.resolve(child, &path.child(Segment::Key(key.clone())));
                }
            }
            Value::Scalar(scalar) if scalar.text.contains("${") => {
                let mut chain = vec![path.to_string()];
                node.value = match self.text(scalar, &mut chain) {
                    Ok(Resolved { text, quoted, secret }) => Value::Scalar(Scalar { text, quoted, secret }),
                    Err(Failure { message, missing }) => {
                        let mut problem = BindError::new(path, message.clone()).from(Some(&node.origin));
                        problem.missing = missing;
                        self.problems.push(problem);
                        Value::Unresolved(message)
                    }
                };
            }
            Value::Null | Value::Unresolved(_) | Value::Scalar(_) => {}
        }
    }

    fn text(&mut self, scalar: &Scalar, chain: &mut Vec<String>) -> Result<Resolved, Failure> {
        let Some(Template(parts)) = Template::parse(&scalar.text)? else {
            return Ok(Resolved {
                text: scalar.text.clone(),
                quoted: scalar.quoted,
                secret: scalar.secret,
            });
        };
        // A text that is nothing but one reference stays what it refers to: `"${server.port}"` is a number.
        let alone = matches!(&parts[..], [Part::Reference { .. }]);
        let mut whole = self.parts(&parts, chain)?;
        if !alone {
            whole.quoted = scalar.quoted;
        }
        whole.secret |= scalar.secret;
        Ok(whole)
    }

    fn parts(&mut self, parts: &[Part], chain: &mut Vec<String>) -> Result<Resolved, Failure> {
        let mut whole = Resolved {
            text: String::new(),
            quoted: false,
            secret: false,
        };
        for part in parts {
            match part {
                Part::Text(text) => whole.text.push_str(text),
                Part::Reference { name, default } => {
                    let found = match (self.key(name, chain), default) {
                        (Err(Failure { missing: true, .. }), Some(Template(default))) => self.parts(default, chain)?,
                        (found, _) => found?,
                    };
                    whole.text.push_str(&found.text);
                    whole.quoted |= found.quoted;
                    whole.secret |= found.secret;
                }
            }
            self.length += whole.text.len();
            if whole.text.len() > LONGEST_TEXT || self.length > LONGEST_SUM {
                return Err(format!("references make a text of more than {LONGEST_TEXT} bytes").into());
            }
        }
        Ok(whole)
    }

    fn key(&mut self, name: &str, chain: &mut Vec<String>) -> Result<Resolved, Failure> {
        if let Some(begin) = chain.iter().position(|known| known == name) {
            let cycle = chain[begin..].join(" → ");
            return Err(format!("references go in a circle: {cycle} → {name}").into());
        }
        if chain.len() >= LONGEST_CHAIN {
            return Err(format!("more than {LONGEST_CHAIN} references in a row").into());
        }
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let path = Path::parse(name);
        let found = match self.tree.at(&path).map(|node| &node.value) {
            None | Some(Value::Null) => Err(missing(name)),
            Some(Value::List(_) | Value::Map(_)) => {
                Err(format!("`${{{name}}}` names several values: name one of them").into())
            }
            Some(Value::Unresolved(message)) => Err(message.clone().into()),
            Some(Value::Scalar(scalar)) => {
                chain.push(name.to_owned());
                let found = self.text(scalar, chain);
                chain.pop();
                found
            }
        };
        let found = found.map(|found| Resolved {
            secret: found.secret || names_secret(&path) || (self.is_secret)(&path),
            ..found
        });
        // What failed by the way that led to it may succeed by another.
        if found.is_ok() {
            self.known.insert(name.to_owned(), found.clone());
        }
        found
    }
}

fn missing(name: &str) -> Failure {
    let variable = !name.contains(['.', '[']);
    Failure {
        message: if variable {
            format!(
                "environment variable {name} is not set, and there is no key `{name}`: set one, or write `${{{name}:default}}`"
            )
        } else {
            format!("`${{{name}}}` refers to a key that is not there: set it, or write `${{{name}:default}}`")
        },
        missing: true,
    }
}

fn names_secret(path: &Path) -> bool {
    path.segments()
        .iter()
        .any(|segment| matches!(segment, Segment::Key(key) if is_sensitive(key)))
}
