//! Which service is meant.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::ids::{DEFAULT_GROUP, Group, Namespace, ServiceName, check_cluster};

/// Names a service: name, group (default `DEFAULT_GROUP`), namespace (default: the client's), and the clusters
/// to look at (default: the server's choice, which up to 3.1 is `DEFAULT` only).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[must_use]
pub struct ServiceKey {
    name: String,
    group: String,
    namespace: Option<String>,
    clusters: Vec<String>,
}

impl ServiceKey {
    /// The service `name` in the default group. Names are checked when the key is used.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            group: DEFAULT_GROUP.to_owned(),
            namespace: None,
            clusters: Vec::new(),
        }
    }

    /// The same name in `group`.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = group.into();
        self
    }

    /// The same in the namespace with this id, instead of the client's.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// Looks at this cluster; call it again for more.
    pub fn cluster(mut self, cluster: impl Into<String>) -> Self {
        self.clusters.push(cluster.into());
        self
    }

    /// The plain name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
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

    /// The clusters named.
    #[must_use]
    pub fn clusters(&self) -> &[String] {
        &self.clusters
    }

    pub(crate) fn resolve(&self, default: &Namespace) -> Result<ResolvedService> {
        for cluster in &self.clusters {
            check_cluster(cluster)?;
        }
        Ok(ResolvedService {
            namespace: match self.namespace.as_deref() {
                None => default.clone(),
                Some(namespace) => crate::ids::namespace_or_default(namespace)?,
            },
            group: Group::new(&*self.group)?,
            name: ServiceName::new(&*self.name)?,
            clusters: self.clusters.join(","),
        })
    }
}

impl fmt::Display for ServiceKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(formatter, "{namespace}/")?;
        }
        write!(formatter, "{}/{}", self.group, self.name)
    }
}

impl From<&str> for ServiceKey {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for ServiceKey {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

impl From<&Self> for ServiceKey {
    fn from(key: &Self) -> Self {
        key.clone()
    }
}

/// A service with checked names and its namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ResolvedService {
    pub(crate) namespace: Namespace,
    pub(crate) group: Group,
    pub(crate) name: ServiceName,
    /// Comma separated; empty for the server's choice.
    pub(crate) clusters: String,
}

impl fmt::Display for ResolvedService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.namespace, self.group, self.name)
    }
}
