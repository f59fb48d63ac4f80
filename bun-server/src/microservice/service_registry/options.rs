use std::fmt;

use super::ServiceName;

/// Which instances of a service are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct GetInstancesOptions {
    /// The group, when it is not the default one.
    pub group: Option<String>,
    /// The namespace, when it is not the default one.
    pub namespace: Option<String>,
    /// The cluster, when it is not the default one.
    pub cluster: Option<String>,
    /// Leave out what gets no traffic.
    pub healthy_only: bool,
}

impl GetInstancesOptions {
    /// Every instance of the default group and namespace.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out what gets no traffic: unhealthy, disabled, weight 0.
    #[must_use]
    pub fn healthy_only(mut self) -> Self {
        self.healthy_only = true;
        self
    }

    /// In another group.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// In another namespace.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// In another cluster.
    #[must_use]
    pub fn cluster(mut self, cluster: impl Into<String>) -> Self {
        self.cluster = Some(cluster.into());
        self
    }
}

/// Names a service in a registry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ServiceKey {
    /// The service.
    pub name: ServiceName,
    /// The group, when it is not the default one.
    pub group: Option<String>,
    /// The namespace, when it is not the default one.
    pub namespace: Option<String>,
    /// The cluster, when it is not the default one.
    pub cluster: Option<String>,
}

impl ServiceKey {
    /// The service `name` where `options` say.
    #[must_use]
    pub fn new(name: &ServiceName, options: &GetInstancesOptions) -> Self {
        Self {
            name: name.clone(),
            group: options.group.clone(),
            namespace: options.namespace.clone(),
            cluster: options.cluster.clone(),
        }
    }
}

impl fmt::Display for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.namespace, &self.group].into_iter().flatten() {
            write!(f, "{part}/")?;
        }
        write!(f, "{}", self.name)
    }
}
