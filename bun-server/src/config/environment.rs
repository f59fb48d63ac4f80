use std::collections::BTreeMap;
use std::sync::Arc;

use super::ParseError;
use super::format::{self, Format};
use super::path::{Path, Segment};
use super::tree::{Node, Origin, Value};

/// The tree of the variables `BUN_<SECTION>__<KEY>`: two underscores part levels, case does not matter. Each comes with the name
/// of its source, for origins.
pub(crate) fn tree<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str, String)>) -> Node {
    let root: Arc<str> = Arc::from("env");
    let mut tree = Node::map(Origin::new(&root, 0));
    for (name, value, source) in variables {
        let Some(path) = name.strip_prefix("BUN_").filter(|path| path.contains("__")) else {
            continue;
        };
        let keys: Vec<String> = path.to_lowercase().split("__").map(ToOwned::to_owned).collect();
        if keys.iter().all(|key| !key.is_empty()) {
            insert(&mut tree, &keys, value_of(value, &source.into()));
        }
    }
    tree
}

/// The tree of defaults given in code, by dotted path.
pub(super) fn defaults(values: &[(String, String)]) -> Node {
    let source: Arc<str> = Arc::from("default");
    let plain = |value: &String| Node::plain(value.as_str(), Origin::new(&source, 0));
    by_path(
        values.iter().map(|(path, value)| (path.as_str(), plain(value))),
        &source,
    )
}

/// The tree of `--server.port=9000`. An argument without `=`, or after `--`, is the program's own; one that is a path and has
/// no value is a slip.
pub(super) fn arguments(arguments: &[String]) -> (Node, Vec<ParseError>) {
    let mut problems = Vec::new();
    let mut values = Vec::new();
    let options = arguments.iter().take_while(|argument| *argument != "--");
    for option in options.filter_map(|argument| argument.strip_prefix("--")) {
        match option.split_once('=') {
            Some((path, value)) if !path.is_empty() => {
                values.push((path, value_of(value, &format!("args:--{path}").into())));
            }
            None if option.contains('.') => {
                let at = Origin::new(&"args".into(), 0);
                problems.push(ParseError::new(
                    at,
                    format!("`--{option}` has no value: write `--{option}=..`"),
                ));
            }
            _ => {}
        }
    }
    (by_path(values, &"args".into()), problems)
}

/// The tree of values by dotted path; a later one replaces an earlier one.
pub(super) fn by_path<'a>(
    values: impl IntoIterator<Item = (&'a str, Node), IntoIter: DoubleEndedIterator>,
    source: &Arc<str>,
) -> Node {
    let mut tree = Node::map(Origin::new(source, 0));
    // The first one that is inserted stays.
    for (path, node) in values.into_iter().rev() {
        let keys = Path::parse(path);
        let keys = keys.segments().iter().map(|segment| match segment {
            Segment::Key(key) => key.clone(),
            Segment::Index(index) => index.to_string(),
        });
        insert(&mut tree, &keys.collect::<Vec<_>>(), node);
    }
    tree
}

/// `[a, b]` and `{a: 1}` are lists and maps, as YAML writes them on one line; everything else is a text.
pub(super) fn value_of(text: &str, source: &Arc<str>) -> Node {
    if text.starts_with(['[', '{'])
        && let Ok(mut node) = format::parse(text, Format::Yaml, source)
        && matches!(node.value, Value::List(_) | Value::Map(_))
    {
        let at = Origin::new(source, 0);
        place(&mut node, &at);
        return node;
    }
    Node::plain(text, Origin::new(source, 0))
}

fn place(node: &mut Node, at: &Origin) {
    node.origin = at.clone();
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| place(item, at)),
        Value::Map(entries) => entries.values_mut().for_each(|child| place(child, at)),
        Value::Null | Value::Unresolved(_) | Value::Scalar(_) => {}
    }
}

/// A variable for a level and one for a key below it: the deeper one is kept, as it says more.
fn insert(tree: &mut Node, keys: &[String], node: Node) {
    let Some((first, rest)) = keys.split_first() else {
        return;
    };
    if !matches!(tree.value, Value::Map(_)) {
        tree.value = Value::Map(BTreeMap::new());
    }
    let Value::Map(entries) = &mut tree.value else { return };
    if rest.is_empty() {
        entries.entry(first.clone()).or_insert(node);
        return;
    }
    let child = entries
        .entry(first.clone())
        .or_insert_with(|| Node::map(node.origin.clone()));
    insert(child, rest, node);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_that_is_said_again_is_replaced() {
        let said = [("a.b", "1"), ("a.b", "2"), ("a", "3")].map(|(path, value)| (path.to_owned(), value.to_owned()));
        let tree = defaults(&said);
        assert!(matches!(&tree.at(&Path::parse("a.b")).unwrap().value, Value::Scalar(scalar) if scalar.text == "2"));
    }

    #[test]
    fn only_our_variables_with_two_underscores_are_read() {
        let named = |(name, value): (&'static str, &'static str)| (name, value, format!("env:{name}"));
        let tree = tree(
            [
                ("BUN_SERVER__PORT", "9000"),
                ("BUN_SERVER__REQUEST_TIMEOUT", "3s"),
                ("BUN_SERVER__HOSTS", "[a, b]"),
                ("BUN_PROFILE", "prod"),
                ("BUN_INSTALL", "/opt"),
                ("PATH", "/bin"),
                ("BUN___X", "broken"),
            ]
            .map(named),
        );
        let port = tree.at(&Path::parse("server.port")).unwrap();
        assert_eq!(port.origin.to_string(), "env:BUN_SERVER__PORT");
        let second = tree.at(&Path::parse("server.hosts[1]")).unwrap();
        assert_eq!(second.origin.to_string(), "env:BUN_SERVER__HOSTS");
        assert!(tree.at(&Path::parse("server.request_timeout")).is_some());
        assert_eq!(tree.keys().map(|(key, _)| key).collect::<Vec<_>>(), ["server"]);
    }

    #[test]
    fn arguments_have_a_path_and_a_value() {
        let said = [
            "--server.port=1",
            "--server.port=2",
            "--verbose",
            "-x",
            "--a.b",
            "--",
            "--c.d=1",
        ];
        let (tree, problems) = arguments(&said.map(ToOwned::to_owned));
        assert_eq!(
            tree.at(&Path::parse("server.port")).unwrap().origin.to_string(),
            "args:--server.port"
        );
        assert!(
            matches!(&tree.at(&Path::parse("server.port")).unwrap().value, Value::Scalar(scalar) if scalar.text == "2")
        );
        assert_eq!(tree.keys().count(), 1);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].message().contains("--a.b=.."));
    }
}
