use std::sync::Arc;

use super::environment;
use super::path::Path;
use super::tree::{Node, Origin};

/// What a test says instead of files and variables, and before placeholders are looked up.
#[derive(Clone, Debug, Default)]
pub(crate) struct LocalOverrides {
    /// Dotted path and value; said again, a value is replaced.
    pub(crate) values: Vec<(String, String)>,
    /// The same, only where a source says a value.
    pub(crate) instead: Vec<(String, String)>,
    /// What no source says any more.
    pub(crate) absent: Vec<&'static str>,
}

impl LocalOverrides {
    /// Takes what is overridden out of the trees, and gives those that win.
    pub(super) fn take<'a>(&self, trees: impl Iterator<Item = &'a mut Node>) -> Node {
        let mut values = Vec::new();
        let mut found = Vec::new();
        for tree in trees {
            let mut remove = |path: &str| tree.remove(&Path::parse(path)).is_some();
            for path in &self.absent {
                remove(path);
            }
            for (path, _) in &self.values {
                remove(path);
            }
            for (path, value) in &self.instead {
                if remove(path) {
                    found.push((path.clone(), value.clone()));
                }
            }
        }
        values.extend(found);
        values.extend(self.values.iter().cloned());
        let source: Arc<str> = Arc::from("test");
        let plain = |value: &String| Node::plain(value.as_str(), Origin::new(&source, 0));
        let values = values.iter().map(|(path, value)| (path.as_str(), plain(value)));
        environment::by_path(values.collect::<Vec<_>>(), &source)
    }
}
