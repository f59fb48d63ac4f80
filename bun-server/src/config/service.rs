use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::bind::bind_strict;
use super::change::{Change, changes};
use super::document::{Document, DocumentContent, short_revision};
use super::format::{self, Format};
use super::merge::{merge, respell};
use super::path::Path;
use super::secret::is_sensitive;
use super::section::{LocalOnly, Section};
use super::source::{LocalTrees, Precedence, SourceKind};
use super::tree::{Node, Origin, Value};
use super::value::{Commit, Follower, Secrets, Site, bound};
use super::{BindError, ConfigError, ConfigKey, ConfigValue, Refusal};
use crate::suggest;

/// The configuration of one application: one immutable tree per revision, swapped as a whole. Cheap to clone.
#[derive(Clone)]
pub struct ConfigService {
    inner: Arc<Inner>,
}

struct Inner {
    current: ArcSwap<Revision>,
    state: Mutex<State>,
}

/// One state of everything.
#[derive(Debug)]
pub(crate) struct Revision {
    pub(crate) number: u64,
    pub(crate) tree: Node,
    pub(crate) documents: BTreeMap<ConfigKey, Arc<Document>>,
}

struct State {
    local: LocalTrees,
    precedence: Precedence,
    /// Documents that are merged into the tree; a later one wins.
    imports: Vec<ConfigKey>,
    sections: &'static [Section],
    bindings: Vec<Follower>,
    secrets: Secrets,
}

/// What a new state of a document brought about.
#[derive(Debug)]
pub(crate) struct Applied {
    pub(crate) changes: Vec<Change>,
    /// Keys that were left out or are not known.
    pub(crate) warnings: Vec<String>,
}

/// The section `config`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ConfigSettings {
    pub(crate) precedence: Precedence,
}

impl ConfigService {
    /// A configuration of local sources; documents are added by [`ConfigService::apply`].
    pub(crate) fn new(local: LocalTrees, sections: &'static [Section]) -> Self {
        let mut state = State {
            local,
            precedence: Precedence::default(),
            imports: Vec::new(),
            sections,
            bindings: Vec::new(),
            secrets: Secrets::default(),
        };
        // Judged with the other sections; an order that does not bind leaves the default one.
        let tree = state.merged(&BTreeMap::new());
        if let Some(Ok(settings)) = tree
            .at(&Path::key("config"))
            .map(|node| bind_strict::<ConfigSettings>(node, &Path::key("config")))
        {
            state.precedence = settings.precedence;
        }
        let tree = state.merged(&BTreeMap::new());
        let first = Revision {
            number: 1,
            tree,
            documents: BTreeMap::new(),
        };
        Self {
            inner: Arc::new(Inner {
                current: ArcSwap::from_pointee(first),
                state: Mutex::new(state),
            }),
        }
    }

    /// A configuration made of one text, for tests and tools.
    ///
    /// # Errors
    ///
    /// When the text is not YAML.
    pub fn from_yaml(text: &str) -> Result<Self, ConfigError> {
        let files = format::parse(text, Format::Yaml, &Arc::from("yaml"))?;
        let nothing = Node::map(Origin::new(&Arc::from("nothing"), 0));
        let local = LocalTrees {
            defaults: nothing.clone(),
            files,
            environment: nothing,
        };
        Ok(Self::new(local, &[]))
    }

    /// Reads the value at a dotted path as it is now.
    ///
    /// # Errors
    ///
    /// When it is missing or of another type.
    pub fn get<T: DeserializeOwned + 'static>(&self, path: &str) -> Result<T, BindError> {
        self.read_site(&Site::merged(path))
    }

    /// A value at a dotted path that follows the configuration.
    ///
    /// # Errors
    ///
    /// When it is missing or of another type.
    pub fn value<T: DeserializeOwned + Send + Sync + 'static>(&self, path: &str) -> Result<ConfigValue<T>, BindError> {
        self.bind_site(Site::merged(path))
    }

    /// The same, `T::default()` while nothing is there.
    pub(crate) fn value_or_default<T>(&self, path: &str) -> Result<ConfigValue<T>, BindError>
    where
        T: DeserializeOwned + Default + Clone + Send + Sync + 'static,
    {
        let optional: ConfigValue<Option<T>> = self.bind_site(Site {
            required: false,
            ..Site::merged(path)
        })?;
        Ok(optional.map(|value| value.clone().unwrap_or_default()))
    }

    /// Where the value at a dotted path comes from.
    #[must_use]
    pub fn origin(&self, path: &str) -> Option<Origin> {
        self.inner
            .current
            .load()
            .tree
            .at(&Path::parse(path))
            .map(|node| node.origin.clone())
    }

    /// Counts the states that this configuration has had, from 1.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.inner.current.load().number
    }

    /// A document as it is now.
    #[must_use]
    pub fn document(&self, key: &ConfigKey) -> Option<Arc<Document>> {
        self.inner.current.load().documents.get(key).cloned()
    }

    /// The settings of a section of the framework, every problem at once.
    pub(crate) fn section<S: DeserializeOwned>(&self, name: &str) -> Result<S, Vec<BindError>> {
        let revision = self.inner.current.load_full();
        let path = Path::key(name);
        let nothing = Node::map(Origin::new(&Arc::from("default"), 0));
        bind_strict(revision.tree.at(&path).unwrap_or(&nothing), &path)
    }

    /// Everything that is wrong with a section of the framework.
    pub(crate) fn check_section(&self, name: &str) -> Vec<BindError> {
        let revision = self.inner.current.load_full();
        let path = Path::key(name);
        let sections = self.lock().sections;
        let section = sections.iter().find(|section| section.name == name);
        match (section, revision.tree.at(&path)) {
            (Some(section), Some(node)) => (section.check)(node, &path),
            _ => Vec::new(),
        }
    }

    /// Top-level keys that nobody reads and that look like a slip in the name of a section.
    pub(crate) fn misspelt_sections(&self, read: &[&str]) -> Vec<BindError> {
        let revision = self.inner.current.load_full();
        let sections = self.lock().sections;
        let known = |key: &str| sections.iter().any(|section| section.name == key);
        let used = |key: &str| read.iter().any(|path| path.split(['.', '[']).next() == Some(key));
        let misspelt = |(key, node): (&str, &Node)| {
            let near = suggest::nearest(key, sections.iter().map(|section| section.name))?;
            // The whole path of the first key below it reads better: `sever.port`, did you mean `server.port`?
            let below = node
                .keys()
                .next()
                .map_or_else(String::new, |(child, _)| format!(".{child}"));
            let origin = node.keys().next().map_or(&node.origin, |(_, child)| &child.origin);
            let message = format!("unknown key, did you mean `{near}{below}`?");
            Some(BindError::new(format!("{key}{below}"), message).from(Some(origin)))
        };
        revision
            .tree
            .keys()
            .filter(|(key, _)| !known(key) && !used(key))
            .filter_map(misspelt)
            .collect()
    }

    pub(crate) fn read_site<T: DeserializeOwned + 'static>(&self, site: &Site) -> Result<T, BindError> {
        let mut secrets = Secrets::default();
        let read = site.read(&self.inner.current.load(), &mut secrets);
        if !secrets.is_empty() {
            self.lock().secrets.merge(secrets);
        }
        read
    }

    pub(crate) fn bind_site<T: DeserializeOwned + Send + Sync + 'static>(
        &self,
        site: Site,
    ) -> Result<ConfigValue<T>, BindError> {
        // Under the lock, so that no revision slips in between reading and following.
        let mut state = self.lock();
        let (value, follower) = bound(site, &self.inner.current.load(), &mut state.secrets)?;
        state.bindings.retain(|follower| follower.alive.strong_count() > 0);
        state.bindings.push(follower);
        Ok(value)
    }

    /// Merges these documents into the tree, the later ones stronger.
    pub(crate) fn import(&self, keys: Vec<ConfigKey>) {
        self.lock().imports = keys;
    }

    /// Takes a new state of a document (`None`: it was removed) into a new revision, or refuses it whole.
    pub(crate) fn apply(&self, key: &ConfigKey, content: Option<&DocumentContent>) -> Result<Applied, Box<Refusal>> {
        let mut state = self.lock();
        let old = self.inner.current.load_full();
        let before = old.documents.get(key);
        let refusal = |reasons: Vec<ConfigError>| {
            Box::new(Refusal {
                key: key.clone(),
                revision: content.map_or_else(|| " (removed)".to_owned(), |content| short_revision(&content.md5)),
                keeping: before.map(|document| short_revision(&document.md5)),
                reasons,
            })
        };
        let mut warnings = Vec::new();
        let mut documents = old.documents.clone();
        match content {
            None => {
                documents.remove(key);
            }
            Some(content) => {
                let mut document =
                    Document::parse(key, content).map_err(|error| refusal(vec![ConfigError::Parse(error)]))?;
                if state.imports.contains(key) {
                    warnings = state.prune(&mut document.root);
                }
                documents.insert(key.clone(), Arc::new(document));
            }
        }
        let tree = state.merged(&documents);
        let new = Revision {
            number: old.number + 1,
            tree,
            documents,
        };
        let commits = state.prepare(&old, &new).map_err(|errors| {
            refusal(
                errors
                    .iter()
                    .flat_map(BindError::apart)
                    .map(ConfigError::Bind)
                    .collect(),
            )
        })?;
        let root = |revision: &Revision| revision.documents.get(key).map(|document| document.root.clone());
        let masked: Vec<Path> = state.secrets.in_document(key).cloned().collect();
        let changes = changes(root(&old).as_ref(), root(&new).as_ref(), &masked);
        self.inner.current.store(Arc::new(new));
        commits.into_iter().for_each(|commit| commit());
        Ok(Applied { changes, warnings })
    }

    /// Whether a document holds what must not be printed: by type (a `Secret` is read from it) or by the name of a key.
    pub(crate) fn holds_secret(&self, key: &ConfigKey) -> bool {
        let Some(document) = self.document(key) else {
            return false;
        };
        let read = |path: &Path| document.root.at(path).is_some();
        self.lock().secrets.in_document(key).any(read) || names_secret(&document.root)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn names_secret(node: &Node) -> bool {
    let in_keys = node.keys().any(|(key, child)| is_sensitive(key) || names_secret(child));
    in_keys || matches!(&node.value, Value::List(items) if items.iter().any(names_secret))
}

impl State {
    fn merged(&self, documents: &BTreeMap<ConfigKey, Arc<Document>>) -> Node {
        let nothing = || Node::map(Origin::new(&Arc::from("nothing"), 0));
        let center = self
            .imports
            .iter()
            .filter_map(|key| documents.get(key))
            .fold(nothing(), |tree, document| merge(tree, document.root.clone()));
        let local = &self.local;
        let environment = respell(local.environment.clone(), &[&local.files, &center, &local.defaults]);
        self.precedence
            .weakest_first()
            .fold(nothing(), |tree, kind| match kind {
                SourceKind::Center => merge(tree, center.clone()),
                SourceKind::Env => merge(tree, environment.clone()),
                SourceKind::File => merge(tree, local.files.clone()),
                SourceKind::Default => merge(tree, local.defaults.clone()),
                SourceKind::Args => tree,
            })
    }

    /// Takes out of a document what only local sources may set; names that, and what the framework does not know.
    fn prune(&self, root: &mut Node) -> Vec<String> {
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

    fn prepare(&mut self, old: &Revision, new: &Revision) -> Result<Vec<Commit>, Vec<BindError>> {
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

impl fmt::Debug for ConfigService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let revision = self.inner.current.load();
        f.debug_struct("ConfigService")
            .field("revision", &revision.number)
            .field(
                "documents",
                &revision.documents.keys().map(ToString::to_string).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
