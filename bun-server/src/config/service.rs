mod state;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::bind::bind_strict;
use super::change::{Change, changes};
use super::document::{Document, DocumentContent, short_revision};
use super::explain::{self, EffectiveValue, Explanation};
use super::format::{self, Format};
use super::path::Path;
use super::secret::is_sensitive;
use super::section::Section;
use super::source::{Layer, LocalTrees, Precedence, SourceKind};
use super::tree::{Node, Origin, Value};
use super::value::{Secrets, Site, bound};
use super::{BindError, ConfigError, ConfigKey, ConfigValue, Refusal};
use crate::suggest;
use state::State;

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
    /// References that lead nowhere.
    pub(crate) broken: Vec<BindError>,
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
        let mut state = State::new(local, sections);
        // Judged with the other sections; an order that does not bind leaves the default one.
        let first = state.revision(1, BTreeMap::new());
        if let Some(Ok(settings)) = first
            .tree
            .at(&Path::key("config"))
            .map(|node| bind_strict::<ConfigSettings>(node, &Path::key("config")))
        {
            state.precedence = settings.precedence;
        }
        let allowed = first
            .tree
            .at(&Path::parse("config_center.env_allow"))
            .and_then(|node| bind_strict::<Vec<String>>(node, &Path::parse("config_center.env_allow")).ok());
        state.allow(&allowed.unwrap_or_default());
        let first = state.revision(1, BTreeMap::new());
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
        let layer = Layer {
            kind: SourceKind::File,
            tree: format::parse(text, Format::Yaml, &Arc::from("yaml"))?,
        };
        let local = LocalTrees {
            layers: vec![layer],
            ..LocalTrees::default()
        };
        let config = Self::new(local, &[]);
        match config.settle().into_iter().next() {
            Some(problem) => Err(problem.into()),
            None => Ok(config),
        }
    }

    /// From now on a document with a reference that leads nowhere is refused; gives those that lead nowhere by now.
    pub(crate) fn settle(&self) -> Vec<BindError> {
        let mut state = self.lock();
        state.settled = true;
        self.inner.current.load().broken.clone()
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

    /// Every source that says something of a dotted path, the strongest first, and which of them counts. Secrets are masked.
    #[must_use]
    pub fn explain(&self, path: &str) -> Explanation {
        let state = self.lock();
        let revision = self.inner.current.load_full();
        let layers = state.layers(&revision.documents);
        explain::explain(&revision, &layers, &Path::parse(path), &state.secrets)
    }

    /// Every value as it counts now, with its origin: for operators. Secrets are masked, by type and by key.
    #[must_use]
    pub fn effective(&self) -> Vec<EffectiveValue> {
        let state = self.lock();
        explain::effective(&self.inner.current.load(), &state.secrets)
    }

    /// Which source wins, the strongest first.
    #[must_use]
    pub fn precedence(&self) -> Precedence {
        self.lock().precedence
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
                let mut document = Document::parse(key, content, &state.document_variables)
                    .map_err(|error| refusal(vec![ConfigError::Parse(error)]))?;
                if state.imports.contains(key) {
                    warnings = state.prune(&mut document.root);
                }
                documents.insert(key.clone(), Arc::new(document));
            }
        }
        let new = state.revision(old.number + 1, documents);
        let broken: Vec<_> = new.broken.iter().filter(|error| !old.broken.contains(error)).collect();
        if state.settled && !broken.is_empty() {
            return Err(refusal(broken.into_iter().cloned().map(ConfigError::Bind).collect()));
        }
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
