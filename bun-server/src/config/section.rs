use serde::de::DeserializeOwned;

use super::BindError;
use super::bind::bind_strict;
use super::path::Path;
use super::tree::Node;

/// Which keys of a section a document of the config center may not set.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LocalOnly {
    Nothing,
    Keys(&'static [&'static str]),
    Everything,
}

/// A top-level key of the framework: its settings are bound strictly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) local_only: LocalOnly,
    pub(crate) check: fn(&Node, &Path) -> Vec<BindError>,
}

impl Section {
    pub(crate) const fn of<S: DeserializeOwned>(name: &'static str, local_only: LocalOnly) -> Self {
        Self {
            name,
            local_only,
            check: check::<S>,
        }
    }
}

fn check<S: DeserializeOwned>(node: &Node, path: &Path) -> Vec<BindError> {
    bind_strict::<S>(node, path).err().unwrap_or_default()
}
