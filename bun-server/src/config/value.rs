use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use arc_swap::ArcSwap;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use super::service::Revision;
use super::spec::{Literal, ValueSource, ValueSpec};
use super::tree::{Node, Origin, Value};
use super::{BindError, ConfigKey, Validator};
use crate::config::bind::{SecretPaths, bind, similar};
use crate::config::path::{Path, Segment};

/// A value that follows the configuration: every [`get`](ConfigValue::get) sees one whole, valid state of it.
///
/// A state that does not parse as `T` is refused, and the last good one stays. Cheap to clone; clones follow together.
///
/// ```
/// use bun_server::config::ConfigValue;
///
/// let limit = ConfigValue::fixed(20_u32); // in a unit test
/// let double = limit.map(|limit| limit * 2);
/// assert_eq!(*double.get(), 40);
/// ```
pub struct ConfigValue<T> {
    source: Source<T>,
}

enum Source<T> {
    Cell(Arc<Cell<T>>),
    Mapped(Arc<dyn Mapped<T>>),
}

/// The current value, and a signal for those who wait for the next.
struct Cell<T> {
    current: ArcSwap<T>,
    changed: watch::Sender<()>,
}

trait Mapped<T>: Send + Sync {
    fn get(&self) -> Arc<T>;
    fn changes(&self) -> watch::Receiver<()>;
}

impl<T: Send + Sync + 'static> ConfigValue<T> {
    /// A value that never changes.
    pub fn fixed(value: T) -> Self {
        Self {
            source: Source::Cell(Arc::new(Cell::new(value))),
        }
    }

    /// The current value. The `Arc` stays what it is when the configuration moves on: it may be held across `.await`.
    #[must_use]
    pub fn get(&self) -> Arc<T> {
        match &self.source {
            Source::Cell(cell) => cell.current.load_full(),
            Source::Mapped(mapped) => mapped.get(),
        }
    }

    /// A cursor over the changes that come after now.
    #[must_use]
    pub fn subscribe(&self) -> ConfigCursor<T> {
        ConfigCursor {
            changes: self.changes(),
            value: self.clone(),
        }
    }

    /// A part of the value, or something made of it; computed once per change.
    #[must_use]
    pub fn map<U: Send + Sync + 'static>(&self, map: impl Fn(&T) -> U + Send + Sync + 'static) -> ConfigValue<U> {
        let before = self.get();
        let made = Arc::new(map(&before));
        let last = Mutex::new((before, made));
        ConfigValue {
            source: Source::Mapped(Arc::new(MappedValue {
                value: self.clone(),
                map,
                last,
            })),
        }
    }

    fn changes(&self) -> watch::Receiver<()> {
        match &self.source {
            Source::Cell(cell) => cell.changed.subscribe(),
            Source::Mapped(mapped) => mapped.changes(),
        }
    }
}

impl<T> Clone for ConfigValue<T> {
    fn clone(&self) -> Self {
        let source = match &self.source {
            Source::Cell(cell) => Source::Cell(Arc::clone(cell)),
            Source::Mapped(mapped) => Source::Mapped(Arc::clone(mapped)),
        };
        Self { source }
    }
}

impl<T: fmt::Debug + Send + Sync + 'static> fmt::Debug for ConfigValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ConfigValue").field(&self.get()).finish()
    }
}

impl<T> Cell<T> {
    fn new(value: T) -> Self {
        Self {
            current: ArcSwap::from_pointee(value),
            changed: watch::Sender::new(()),
        }
    }
}

struct MappedValue<T, U, Map> {
    value: ConfigValue<T>,
    map: Map,
    last: Mutex<(Arc<T>, Arc<U>)>,
}

impl<T: Send + Sync + 'static, U: Send + Sync, Map: Fn(&T) -> U + Send + Sync> Mapped<U> for MappedValue<T, U, Map> {
    fn get(&self) -> Arc<U> {
        let value = self.value.get();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&last.0, &value) {
            let made = Arc::new((self.map)(&value));
            *last = (value, made);
        }
        Arc::clone(&last.1)
    }

    fn changes(&self) -> watch::Receiver<()> {
        self.value.changes()
    }
}

/// Waits for changes of a [`ConfigValue`]; one that reads slowly gets the latest and misses those in between.
#[derive(Clone)]
pub struct ConfigCursor<T> {
    value: ConfigValue<T>,
    changes: watch::Receiver<()>,
}

impl<T: Send + Sync + 'static> ConfigCursor<T> {
    /// The next value; waits for ever when none comes.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Arc<T> {
        if self.changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        self.value.get()
    }
}

impl<T: fmt::Debug + Send + Sync + 'static> fmt::Debug for ConfigCursor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigCursor")
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

/// Where a `Secret` is read: at a path of the merged tree, or of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SecretPlace {
    pub(crate) document: Option<ConfigKey>,
    pub(crate) path: Path,
}

/// Every place of an application at which a `Secret` was read.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Vec<SecretPlace>);

impl Secrets {
    fn extend(&mut self, places: impl IntoIterator<Item = SecretPlace>) {
        for place in places {
            if !self.0.contains(&place) {
                self.0.push(place);
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a secret is read at this path of the merged tree, or above it.
    pub(crate) fn cover(&self, path: &Path) -> bool {
        let at = |place: &SecretPlace| place.document.is_none() && path.segments().starts_with(place.path.segments());
        self.0.iter().any(at)
    }

    pub(crate) fn merge(&mut self, more: Self) {
        self.extend(more.0);
    }

    /// Paths of a document at which a secret is read, from it alone or from the merged tree.
    pub(crate) fn in_document<'a>(&'a self, key: &'a ConfigKey) -> impl Iterator<Item = &'a Path> {
        self.0
            .iter()
            .filter(move |place| place.document.as_ref().is_none_or(|document| document == key))
            .map(|place| &place.path)
    }
}

/// What a value reads, and what stands in when there is nothing.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) document: Option<ConfigKey>,
    pub(crate) path: Path,
    pub(crate) default: Option<Node>,
    pub(crate) required: bool,
    pub(crate) validator: Option<Validator>,
}

impl Site {
    pub(crate) fn merged(path: &str) -> Self {
        Self {
            document: None,
            path: Path::parse(path),
            default: None,
            required: true,
            validator: None,
        }
    }

    pub(crate) fn of(spec: &ValueSpec) -> Self {
        let default = spec.default.map(|literal| {
            let origin = Origin::new(&Arc::from("default"), 0);
            match literal {
                Literal::Text(text) => Node::quoted(text, origin),
                Literal::Plain(text) => Node::plain(text, origin),
            }
        });
        let (document, path) = match spec.source {
            ValueSource::Merged { path } => (None, Path::parse(path)),
            ValueSource::Document { key, .. } => (spec.document(), Path::parse(key.unwrap_or_default())),
        };
        Self {
            document,
            path,
            default,
            required: spec.required,
            validator: spec.validator,
        }
    }

    fn find<'a>(&'a self, revision: &'a Revision) -> Option<(&'a Node, Option<&'a str>)> {
        let found = match &self.document {
            None => (revision.tree.at(&self.path)?, None),
            Some(key) => {
                let document = revision.documents.get(key)?;
                let text = self.path.segments().is_empty().then_some(&*document.content);
                (document.root.at(&self.path)?, text)
            }
        };
        // `key:` without a value says nothing.
        Some(found).filter(|(node, _)| !matches!(node.value, Value::Null))
    }

    pub(crate) fn read<T: DeserializeOwned + 'static>(
        &self,
        revision: &Revision,
        secrets: &mut Secrets,
    ) -> Result<T, BindError> {
        let noted = SecretPaths::default();
        let read = self.read_noting(revision, &noted);
        secrets.extend(noted.into_inner().into_iter().map(|path| SecretPlace {
            document: self.document.clone(),
            path,
        }));
        read
    }

    fn read_noting<T: DeserializeOwned + 'static>(
        &self,
        revision: &Revision,
        secrets: &SecretPaths,
    ) -> Result<T, BindError> {
        if let Some((node, text)) = self.find(revision) {
            return self.checked(bind(node, &self.path, text, secrets)?, node);
        }
        if let Some(default) = &self.default {
            return self.checked(bind(default, &self.path, None, secrets)?, default);
        }
        if self.required {
            return Err(self.missing(revision));
        }
        let nothing = Node {
            value: Value::Null,
            origin: Origin::new(&Arc::from("nothing"), 0),
        };
        bind(&nothing, &self.path, None, secrets).map_err(|_| {
            BindError::new(
                self.name(),
                "missing; a value with `required = false` needs an `Option<..>`, or a default",
            )
        })
    }

    /// What is refused as a value never becomes the current one.
    fn checked<T: 'static>(&self, value: T, node: &Node) -> Result<T, BindError> {
        let refused = self
            .validator
            .map_or_else(Vec::new, |validator| validator.check(&value, node, &self.path));
        if refused.is_empty() {
            Ok(value)
        } else {
            Err(BindError::all(refused))
        }
    }

    fn missing(&self, revision: &Revision) -> BindError {
        let mut error = BindError::missing(self.name());
        let root = match &self.document {
            None => Some(&revision.tree),
            Some(key) => revision.documents.get(key).map(|document| &document.root),
        };
        if let (Some(root), Some((Segment::Key(last), _))) = (root, self.path.segments().split_last())
            && let Some(parent) = root.at(&self.path.parent())
            && let Some(similar) = similar(parent, last)
        {
            error.message = format!("missing; {similar} looks like it");
            error = error.from(Some(&parent.origin));
        }
        error
    }

    fn name(&self) -> String {
        match (&self.document, self.path.segments()) {
            (Some(key), []) => key.to_string(),
            (Some(key), _) => format!("{} in {key}", self.path),
            (None, _) => self.path.to_string(),
        }
    }

    fn same(&self, old: &Revision, new: &Revision) -> bool {
        match (self.find(old), self.find(new)) {
            (None, None) => true,
            (Some((old, old_text)), Some((new, new_text))) => old_text == new_text && old.same_value(new),
            _ => false,
        }
    }
}

/// Puts the new value in place.
pub(crate) type Commit = Box<dyn FnOnce() + Send>;

/// A value that follows the configuration, its type erased.
pub(crate) trait Binding: Send + Sync {
    /// Reads the value of a candidate; `None` when it is the same as before.
    fn prepare(&self, old: &Revision, new: &Revision, secrets: &mut Secrets) -> Result<Option<Commit>, BindError>;
}

struct Bound<T> {
    site: Site,
    cell: Weak<Cell<T>>,
}

impl<T: DeserializeOwned + Send + Sync + 'static> Binding for Bound<T> {
    fn prepare(&self, old: &Revision, new: &Revision, secrets: &mut Secrets) -> Result<Option<Commit>, BindError> {
        let Some(cell) = self.cell.upgrade() else {
            return Ok(None);
        };
        if self.site.same(old, new) {
            return Ok(None);
        }
        let value = Arc::new(self.site.read::<T>(new, secrets)?);
        Ok(Some(Box::new(move || {
            cell.current.store(value);
            cell.changed.send_replace(());
        })))
    }
}

/// A value and what keeps it up to date; the second lives as long as the first.
pub(crate) fn bound<T: DeserializeOwned + Send + Sync + 'static>(
    site: Site,
    revision: &Revision,
    secrets: &mut Secrets,
) -> Result<(ConfigValue<T>, Follower), BindError> {
    let cell = Arc::new(Cell::new(site.read::<T>(revision, secrets)?));
    let binding = Box::new(Bound {
        site,
        cell: Arc::downgrade(&cell),
    });
    let follower = Follower {
        alive: Arc::downgrade(&cell) as Weak<dyn KeepsAlive>,
        binding,
    };
    let source = Source::Cell(cell);
    Ok((ConfigValue { source }, follower))
}

/// What keeps a value up to date, for as long as somebody holds the value.
pub(crate) struct Follower {
    pub(crate) alive: Weak<dyn KeepsAlive>,
    pub(crate) binding: Box<dyn Binding>,
}

/// Anything whose life is watched.
pub(crate) trait KeepsAlive: Send + Sync {}
impl<T: Send + Sync> KeepsAlive for Cell<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn mapped_values_are_computed_once_per_change() {
        let value = ConfigValue::fixed(3);
        let mapped = value.map(ToString::to_string);
        assert!(Arc::ptr_eq(&mapped.get(), &mapped.get()));
        assert_eq!(*mapped.get(), "3");
    }
}
