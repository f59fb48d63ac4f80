use super::{ConfigKey, Validator};

/// What a configuration field reads; static data of the attribute.
#[derive(Clone, Copy, Debug)]
pub struct ValueSpec {
    /// From where.
    pub source: ValueSource,
    /// What stands in when there is nothing.
    pub default: Option<Literal>,
    /// Whether nothing is an error, when there is no default.
    pub required: bool,
    /// What checks the value before it counts.
    pub validator: Option<Validator>,
}

/// From where a configuration field is read.
#[derive(Clone, Copy, Debug)]
pub enum ValueSource {
    /// The merged tree.
    Merged {
        /// Dotted path.
        path: &'static str,
    },
    /// One document, unmerged.
    Document {
        /// Its name.
        data_id: &'static str,
        /// Its group, when it is not the default one.
        group: Option<&'static str>,
        /// Its namespace, when it is not the default one.
        namespace: Option<&'static str>,
        /// Dotted path in it; without it, the whole document.
        key: Option<&'static str>,
    },
}

/// A default as it is written in an attribute.
#[derive(Clone, Copy, Debug)]
pub enum Literal {
    /// `"text"`: a string, or what a string says of a type that is written as one (`"3s"`).
    Text(&'static str),
    /// `20`, `1.5`, `true`.
    Plain(&'static str),
}

impl ValueSpec {
    /// The document that the field reads, when it reads one.
    #[must_use]
    pub fn document(&self) -> Option<ConfigKey> {
        match self.source {
            ValueSource::Merged { .. } => None,
            ValueSource::Document {
                data_id,
                group,
                namespace,
                ..
            } => {
                let mut key = ConfigKey::new(data_id);
                if let Some(group) = group {
                    key = key.group(group);
                }
                if let Some(namespace) = namespace {
                    key = key.namespace(namespace);
                }
                Some(key)
            }
        }
    }

    /// The dotted path in the merged tree, when it reads that.
    #[must_use]
    pub fn path(&self) -> Option<&'static str> {
        match self.source {
            ValueSource::Merged { path } => Some(path),
            ValueSource::Document { .. } => None,
        }
    }
}
