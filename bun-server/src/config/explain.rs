use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::path::{Path, Segment};
use super::secret::{MASK, is_sensitive};
use super::service::Revision;
use super::tree::{Node, Value};
use super::value::Secrets;
use super::{Origin, SourceKind};

/// Why a value is what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The dotted path.
    pub path: String,
    /// What counts; `None`: nothing is there. Secrets read `******`.
    pub value: Option<String>,
    /// Every source that says something of the path, the strongest first.
    pub candidates: Vec<Candidate>,
    /// Why the first one counts.
    pub reason: String,
}

/// What one source says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Candidate {
    /// Where.
    pub origin: Origin,
    /// What kind of source that is.
    pub kind: SourceKind,
    /// What it says, as it is written there. Secrets read `******`.
    pub value: String,
    /// Whether it counts.
    pub wins: bool,
}

/// One value as it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EffectiveValue {
    /// The dotted path.
    pub path: String,
    /// The value. Secrets read `******`.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

pub(super) fn explain(
    revision: &Revision,
    layers: &[(SourceKind, Cow<'_, Node>)],
    path: &Path,
    secrets: &Secrets,
) -> Explanation {
    let masked = hides(path) || secrets.cover(path);
    let counts = revision.tree.at(path);
    let said = layers
        .iter()
        .rev()
        .filter_map(|(kind, tree)| Some((*kind, tree.at(path)?)));
    let mut candidates: Vec<Candidate> = said
        .map(|(kind, node)| Candidate {
            origin: node.origin.clone(),
            kind,
            value: shown(node, masked),
            wins: false,
        })
        .collect();
    let winner = counts.and_then(|node| candidates.iter().position(|candidate| candidate.origin == node.origin));
    if let Some(winner) = winner {
        candidates[winner].wins = true;
    }
    Explanation {
        path: path.to_string(),
        value: counts.map(|node| shown(node, masked)),
        reason: reason(&candidates, counts),
        candidates,
    }
}

fn reason(candidates: &[Candidate], counts: Option<&Node>) -> String {
    match (candidates, counts.map(|node| &node.value)) {
        ([], _) => "no source says anything of it".to_owned(),
        (_, None) => "a stronger source puts something else in its place".to_owned(),
        ([_], _) => "it is the only one".to_owned(),
        (_, Some(Value::Map(_))) => "maps are merged key by key: ask for a key below it".to_owned(),
        ([first, second, ..], _) if first.kind == second.kind => {
            format!("of several of kind `{}` the later one wins", first.kind.word())
        }
        ([first, second, ..], _) => format!(
            "`{}` stands before `{}` in config.precedence",
            first.kind.word(),
            second.kind.word()
        ),
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} = {value}", self.path)?,
            None => write!(f, "{} is not set", self.path)?,
        }
        for candidate in &self.candidates {
            let mark = if candidate.wins { "→" } else { " " };
            write!(f, "\n {mark} {}   {}", candidate.origin, candidate.value)?;
        }
        write!(f, "\n   {}", self.reason)
    }
}

pub(super) fn effective(revision: &Revision, secrets: &Secrets) -> Vec<EffectiveValue> {
    let mut values = Vec::new();
    collect(&revision.tree, &Path::parse(""), false, secrets, &mut values);
    values
}

fn collect(node: &Node, path: &Path, masked: bool, secrets: &Secrets, values: &mut Vec<EffectiveValue>) {
    let masked = masked || secrets.cover(path) || path.segments().last().is_some_and(is_hidden);
    match &node.value {
        Value::List(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &path.child(Segment::Index(index)), masked, secrets, values);
            }
        }
        Value::Map(entries) if !entries.is_empty() => {
            for (key, child) in entries {
                collect(child, &path.child(Segment::Key(key.clone())), masked, secrets, values);
            }
        }
        _ if path.segments().is_empty() => {}
        _ => values.push(EffectiveValue {
            path: path.to_string(),
            value: shown(node, masked),
            origin: node.origin.clone(),
        }),
    }
}

fn hides(path: &Path) -> bool {
    path.segments().iter().any(is_hidden)
}

fn is_hidden(segment: &Segment) -> bool {
    matches!(segment, Segment::Key(key) if is_sensitive(key))
}

fn shown(node: &Node, masked: bool) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Unresolved(reason) => format!("({reason})"),
        Value::Scalar(scalar) if masked || scalar.secret => MASK.to_owned(),
        Value::Scalar(scalar) => scalar.text.clone(),
        Value::List(items) => format!("[{} values]", items.len()),
        Value::Map(entries) => format!("{{{} keys}}", entries.len()),
    }
}
