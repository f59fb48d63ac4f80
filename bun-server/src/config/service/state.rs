use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::Revision;
use crate::config::document::Document;
use crate::config::merge::{merge, respell};
use crate::config::path::Path;
use crate::config::reference::Resolver;
use crate::config::section::{LocalOnly, Section};
use crate::config::source::{LocalTrees, Precedence, SourceKind};
use crate::config::tree::{Node, Origin};
use crate::config::value::{Commit, Follower, Secrets};
use crate::config::{BindError, ConfigKey};

/// What revisions are made from, and who follows them.
pub(super) struct State {
    pub(super) local: LocalTrees,
    pub(super) precedence: Precedence,
    /// Documents that are merged into the tree; a later one wins.
    pub(super) imports: Vec<ConfigKey>,
    pub(super) sections: &'static [Section],
    pub(super) bindings: Vec<Follower>,
    pub(super) secrets: Secrets,
    /// Variables that documents may read.
    pub(super) document_variables: BTreeMap<String, String>,
    /// Whether everything is loaded, so that a reference which leads nowhere is an error.
    pub(super) settled: bool,
}

impl State {
    pub(super) fn new(local: LocalTrees, sections: &'static [Section]) -> Self {
        Self {
            local,
            precedence: Precedence::default(),
            imports: Vec::new(),
            sections,
            bindings: Vec::new(),
            secrets: Secrets::default(),
            document_variables: BTreeMap::new(),
            settled: false,
        }
    }

    /// Lets documents read these variables.
    pub(super) fn allow(&mut self, names: &[String]) {
        let known = &self.local.variables;
        self.document_variables = names
            .iter()
            .filter_map(|name| Some((name.clone(), known.get(name)?.clone())))
            .collect();
    }

    /// Every tree that counts, the weakest first.
    pub(super) fn layers<'a>(
        &'a self,
        documents: &'a BTreeMap<ConfigKey, Arc<Document>>,
    ) -> Vec<(SourceKind, Cow<'a, Node>)> {
        let imported = self.imports.iter().filter_map(|key| documents.get(key));
        let imported: Vec<&Node> = imported.map(|document| document.written()).collect();
        let local = &self.local.layers;
        let others = local.iter().filter(|layer| layer.kind != SourceKind::Env);
        let others: Vec<&Node> = others
            .map(|layer| &layer.tree)
            .chain(imported.iter().copied())
            .collect();
        let mut layers = Vec::new();
        for kind in self.precedence.weakest_first() {
            for layer in local.iter().filter(|layer| layer.kind == kind) {
                let tree = match kind {
                    SourceKind::Env => Cow::Owned(respell(layer.tree.clone(), &others)),
                    _ => Cow::Borrowed(&layer.tree),
                };
                layers.push((kind, tree));
            }
            if kind == SourceKind::Center {
                layers.extend(imported.iter().map(|tree| (kind, Cow::Borrowed(*tree))));
            }
        }
        layers
    }

    /// Merges everything and resolves its references.
    pub(super) fn revision(&self, number: u64, documents: BTreeMap<ConfigKey, Arc<Document>>) -> Revision {
        let nothing = Node::map(Origin::new(&Arc::from("nothing"), 0));
        let written = self
            .layers(&documents)
            .into_iter()
            .fold(nothing, |tree, (_, layer)| merge(tree, layer.into_owned()));
        let is_secret = |path: &Path| self.secrets.cover(path);
        let mut resolver = Resolver::new(&written, &is_secret);
        let mut tree = None;
        if written.has_references() {
            let mut resolved = written.clone();
            resolver.resolve(&mut resolved, &Path::parse(""));
            tree = Some(resolved);
        }
        let documents = documents
            .into_iter()
            .map(|(key, document)| (key, resolved(document, &mut resolver)))
            .collect();
        let broken = std::mem::take(&mut resolver.problems);
        Revision {
            number,
            tree: tree.unwrap_or(written),
            documents,
            broken,
        }
    }

    /// Takes out of a document what only local sources may set; names that, and what the framework does not know.
    pub(super) fn prune(&self, root: &mut Node) -> Vec<String> {
        let mut warnings = Vec::new();
        for section in self.sections {
            let paths = match section.local_only {
                LocalOnly::Nothing => Vec::new(),
                LocalOnly::Everything => vec![Path::key(section.name)],
                LocalOnly::Keys(keys) => keys.iter().map(|key| Path::of_keys([section.name, *key])).collect(),
            };
            for path in paths {
                if root.remove(&path).is_some() {
                    warnings.push(format!("{path} is left out: only local sources may set it"));
                }
            }
            let path = Path::key(section.name);
            if let Some(node) = root.at(&path) {
                let unknown = (section.check)(node, &path);
                warnings.extend(unknown.iter().map(ToString::to_string));
            }
        }
        warnings
    }

    pub(super) fn prepare(&mut self, old: &Revision, new: &Revision) -> Result<Vec<Commit>, Vec<BindError>> {
        self.bindings.retain(|follower| follower.alive.strong_count() > 0);
        let mut commits = Vec::new();
        let mut errors: Vec<BindError> = Vec::new();
        for follower in &self.bindings {
            match follower.binding.prepare(old, new, &mut self.secrets) {
                Ok(commit) => commits.extend(commit),
                Err(error) if errors.contains(&error) => {}
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(commits) } else { Err(errors) }
    }
}

/// A document by itself, its references resolved against the merged tree.
fn resolved(document: Arc<Document>, resolver: &mut Resolver<'_>) -> Arc<Document> {
    if !document.written().has_references() {
        return document;
    }
    let template = document.written().clone();
    let mut root = template.clone();
    let before = resolver.problems.len();
    resolver.resolve(&mut root, &Path::parse(""));
    // Said once: an imported document is a part of the tree as well.
    let later = resolver.problems.split_off(before);
    for problem in later {
        if !resolver.problems.contains(&problem) {
            resolver.problems.push(problem);
        }
    }
    Arc::new(Document {
        key: document.key.clone(),
        md5: document.md5.clone(),
        content: Arc::clone(&document.content),
        root,
        template: Some(template),
    })
}
