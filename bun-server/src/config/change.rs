use std::collections::BTreeMap;
use std::fmt;

use super::path::{Path, Segment};
use super::secret::{MASK, is_sensitive};
use super::tree::{Node, Value};

/// One leaf that differs between two revisions. Values of sensitive keys read `******`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The dotted key.
    pub path: String,
    /// What was there.
    pub old: Option<String>,
    /// What is there now.
    pub new: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => write!(f, "{} {old} → {new}", self.path),
            (None, Some(new)) => write!(f, "{} = {new}", self.path),
            (_, None) => write!(f, "{} removed", self.path),
        }
    }
}

/// Leaves that differ, by path; what lies at or below a path of `masked` is not shown.
pub(crate) fn changes(old: Option<&Node>, new: Option<&Node>, masked: &[Path]) -> Vec<Change> {
    let (old, mut new) = (leaves_of(old, masked), leaves_of(new, masked));
    let mut changes: Vec<Change> = Vec::new();
    for (path, before) in old {
        let after = new.remove(&path);
        if after.as_ref() != Some(&before) {
            changes.push(Change {
                path,
                old: Some(before.shown()),
                new: after.map(|leaf| leaf.shown()),
            });
        }
    }
    changes.extend(new.into_iter().map(|(path, leaf)| Change {
        path,
        old: None,
        new: Some(leaf.shown()),
    }));
    changes.sort_by(|left, right| left.path.cmp(&right.path));
    changes
}

fn leaves_of<'a>(node: Option<&'a Node>, masked: &[Path]) -> BTreeMap<String, Leaf<'a>> {
    let mut leaves = BTreeMap::new();
    if let Some(node) = node {
        collect(node, &Path::parse(""), false, masked, &mut leaves);
    }
    leaves
}

#[derive(PartialEq)]
struct Leaf<'a> {
    text: &'a str,
    secret: bool,
}

impl Leaf<'_> {
    fn shown(&self) -> String {
        const LONGEST: usize = 60;
        if self.secret {
            return MASK.to_owned();
        }
        match self.text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &self.text[..end]).replace('\n', " "),
            None => self.text.replace('\n', " "),
        }
    }
}

fn collect<'a>(node: &'a Node, path: &Path, secret: bool, masked: &[Path], leaves: &mut BTreeMap<String, Leaf<'a>>) {
    let secret = secret || masked.contains(path);
    match &node.value {
        Value::Null | Value::Unresolved(_) => {}
        Value::Scalar(scalar) => {
            let text = &scalar.text;
            let secret = secret || scalar.secret;
            leaves.insert(path.to_string(), Leaf { text, secret });
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &path.child(Segment::Index(index)), secret, masked, leaves);
            }
        }
        Value::Map(entries) => {
            for (key, child) in entries {
                let secret = secret || is_sensitive(key);
                collect(child, &path.child(Segment::Key(key.clone())), secret, masked, leaves);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::format::{Format, parse};

    #[test]
    fn changes_are_named_and_secrets_masked() {
        let tree = |text| parse(text, Format::Yaml, &Arc::from("t")).unwrap();
        let old = tree("limits: {page_size: 20, old: x}\ndb: {password: one}");
        let new = tree("limits: {page_size: 50}\ndb: {password: two, url: u}\nflags: [a]");
        let texts: Vec<String> = changes(Some(&old), Some(&new), &[Path::parse("db.url")])
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            texts,
            [
                "db.password ****** → ******",
                "db.url = ******",
                "flags[0] = a",
                "limits.old removed",
                "limits.page_size 20 → 50"
            ]
        );
    }
}
