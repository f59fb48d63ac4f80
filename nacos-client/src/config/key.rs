//! Which configuration is meant.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::ids::{DEFAULT_GROUP, DataId, Group, Namespace};

/// Names a configuration: data id, group (default `DEFAULT_GROUP`) and namespace (default: the client's).
///
/// ```
/// use nacos_client::ConfigKey;
///
/// let key = ConfigKey::new("order.yaml").group("ORDERS");
/// assert_eq!(key.to_string(), "ORDERS/order.yaml");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[must_use]
pub struct ConfigKey {
    data_id: String,
    group: String,
    namespace: Option<String>,
}

impl ConfigKey {
    /// The configuration `data_id` in the default group. Names are checked when the key is used.
    pub fn new(data_id: impl Into<String>) -> Self {
        Self {
            data_id: data_id.into(),
            group: DEFAULT_GROUP.to_owned(),
            namespace: None,
        }
    }

    /// The same data id in `group`.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = group.into();
        self
    }

    /// The same in the namespace with this id, instead of the client's.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// The data id.
    #[must_use]
    pub fn data_id(&self) -> &str {
        &self.data_id
    }

    /// The group.
    #[must_use]
    pub fn group_name(&self) -> &str {
        &self.group
    }

    /// The namespace, if the key names one.
    #[must_use]
    pub fn namespace_id(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    pub(crate) fn resolve(&self, default: &Namespace) -> Result<ResolvedKey> {
        Ok(ResolvedKey {
            namespace: match self.namespace.as_deref() {
                None => default.clone(),
                Some(namespace) => crate::ids::namespace_or_default(namespace)?,
            },
            group: Group::new(&*self.group)?,
            data_id: DataId::new(&*self.data_id)?,
        })
    }
}

impl fmt::Display for ConfigKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(formatter, "{namespace}/")?;
        }
        write!(formatter, "{}/{}", self.group, self.data_id)
    }
}

impl From<&Self> for ConfigKey {
    fn from(key: &Self) -> Self {
        key.clone()
    }
}

impl From<&str> for ConfigKey {
    fn from(data_id: &str) -> Self {
        Self::new(data_id)
    }
}

/// A key with checked names and its namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ResolvedKey {
    pub(crate) namespace: Namespace,
    pub(crate) group: Group,
    pub(crate) data_id: DataId,
}

impl fmt::Display for ResolvedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.namespace, self.group, self.data_id)
    }
}
