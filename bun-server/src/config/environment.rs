use std::collections::BTreeMap;
use std::sync::Arc;

use super::tree::{Node, Origin, Value};

/// The tree of the variables `BUN_<SECTION>__<KEY>`: two underscores part levels, case does not matter.
pub(crate) fn tree<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Node {
    let root: Arc<str> = Arc::from("env");
    let mut tree = Node::map(Origin::new(&root, 0));
    for (name, value) in variables {
        let Some(path) = name.strip_prefix("BUN_").filter(|path| path.contains("__")) else {
            continue;
        };
        let source: Arc<str> = format!("env:{name}").into();
        let keys: Vec<String> = path.to_lowercase().split("__").map(ToOwned::to_owned).collect();
        if keys.iter().all(|key| !key.is_empty()) {
            insert(&mut tree, &keys, Node::plain(value, Origin::new(&source, 0)));
        }
    }
    tree
}

/// The tree of defaults given in code, by dotted path.
pub(super) fn defaults(values: &[(String, String)]) -> Node {
    let source: Arc<str> = Arc::from("default");
    by_path(values, &Origin::new(&source, 0))
}

/// The tree of values by dotted path.
pub(super) fn by_path(values: &[(String, String)], origin: &Origin) -> Node {
    let mut tree = Node::map(origin.clone());
    // The first one that is inserted stays: said again, a default is replaced.
    for (path, value) in values.iter().rev() {
        let keys: Vec<String> = path.split('.').map(ToOwned::to_owned).collect();
        insert(&mut tree, &keys, Node::plain(value.as_str(), origin.clone()));
    }
    tree
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
    use crate::config::path::Path;

    #[test]
    fn a_default_that_is_said_again_is_replaced() {
        let said = [("a.b", "1"), ("a.b", "2"), ("a", "3")].map(|(path, value)| (path.to_owned(), value.to_owned()));
        let tree = defaults(&said);
        assert!(matches!(&tree.at(&Path::parse("a.b")).unwrap().value, Value::Scalar(scalar) if scalar.text == "2"));
    }

    #[test]
    fn only_our_variables_with_two_underscores_are_read() {
        let tree = tree([
            ("BUN_SERVER__PORT", "9000"),
            ("BUN_SERVER__REQUEST_TIMEOUT", "3s"),
            ("BUN_PROFILE", "prod"),
            ("BUN_INSTALL", "/opt"),
            ("PATH", "/bin"),
            ("BUN___X", "broken"),
        ]);
        let port = tree.at(&Path::parse("server.port")).unwrap();
        assert_eq!(port.origin.to_string(), "env:BUN_SERVER__PORT");
        assert!(tree.at(&Path::parse("server.request_timeout")).is_some());
        assert_eq!(tree.keys().map(|(key, _)| key).collect::<Vec<_>>(), ["server"]);
    }
}
