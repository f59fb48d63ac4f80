use std::collections::BTreeMap;

use super::tree::{Node, Value};

/// Lays `over` on `base`: maps key by key, everything else replaced. An empty key over a map leaves the map.
pub(crate) fn merge(base: Node, over: Node) -> Node {
    match (base.value, over.value) {
        (Value::Map(mut entries), Value::Map(more)) => {
            for (key, node) in more {
                let merged = match entries.remove(&key) {
                    Some(known) => merge(known, node),
                    None => node,
                };
                entries.insert(key, merged);
            }
            Node {
                value: Value::Map(entries),
                origin: over.origin,
            }
        }
        (Value::Map(entries), Value::Null) => Node {
            value: Value::Map(entries),
            origin: base.origin,
        },
        (_, value) => Node {
            value,
            origin: over.origin,
        },
    }
}

/// Environment variables can say neither `-` nor capitals: their keys take the spelling of a key that another source uses.
pub(crate) fn respell(node: Node, others: &[&Node]) -> Node {
    let Value::Map(entries) = node.value else { return node };
    let mut respelled = BTreeMap::new();
    for (key, child) in entries {
        let spelling = others
            .iter()
            .flat_map(|other| other.keys())
            .map(|(known, _)| known)
            .find(|known| *known == key || plain(known) == key)
            .map_or_else(|| key.clone(), ToOwned::to_owned);
        let below: Vec<&Node> = others
            .iter()
            .flat_map(|other| other.keys())
            .filter(|(known, _)| *known == spelling)
            .map(|(_, node)| node)
            .collect();
        respelled.insert(spelling, respell(child, &below));
    }
    Node {
        value: Value::Map(respelled),
        origin: node.origin,
    }
}

fn plain(key: &str) -> String {
    key.to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::format::{Format, parse};
    use crate::config::path::Path;

    fn tree(text: &str) -> Node {
        parse(text, Format::Yaml, &Arc::from(text)).unwrap()
    }

    fn text(node: &Node, path: &str) -> Option<String> {
        match &node.at(&Path::parse(path))?.value {
            Value::Scalar(scalar) => Some(scalar.text.clone()),
            _ => None,
        }
    }

    #[test]
    fn maps_are_merged_lists_are_replaced_and_origins_follow() {
        let merged = merge(
            tree("db: {host: a, port: 1}\nlist: [1, 2]\nkeep: {x: 1}"),
            tree("db: {port: 2}\nlist: [3]\nkeep:"),
        );
        assert_eq!(text(&merged, "db.host").as_deref(), Some("a"));
        assert_eq!(text(&merged, "db.port").as_deref(), Some("2"));
        assert_eq!(text(&merged, "list[1]"), None);
        assert_eq!(text(&merged, "keep.x").as_deref(), Some("1"));
        assert!(
            merged
                .at(&Path::parse("db.port"))
                .unwrap()
                .origin
                .source()
                .contains("port: 2")
        );
    }

    #[test]
    fn merging_is_associative() {
        let parts = ["a: {b: 1, c: 2}", "a: {c: 3}\nd: [1]", "a: {e: {f: 1}}\nd: 2"];
        let [one, two, three] = parts.map(tree);
        let left = merge(merge(one.clone(), two.clone()), three.clone());
        let right = merge(one, merge(two, three));
        assert!(left.same_value(&right));
    }

    #[test]
    fn variables_take_the_spelling_of_other_sources() {
        let environment = tree("clients: {user_service: {timeout: 1s}}");
        let file = tree("clients: {user-service: {load_balancer: x}}");
        let merged = merge(file.clone(), respell(environment, &[&file]));
        assert_eq!(text(&merged, "clients.user-service.timeout").as_deref(), Some("1s"));
    }
}
