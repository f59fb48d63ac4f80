//! `instances("user-service").healthy().await`.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

use super::once::list;
use super::{Instance, NamingClient, ServiceKey};
use crate::client::Inner;
use crate::error::{Error, ErrorKind, Result};

impl NamingClient {
    /// Begins a list of the instances of `service` (a name or a [`ServiceKey`]); `await` sends it.
    pub fn instances(&self, service: impl Into<ServiceKey>) -> Instances {
        Instances {
            inner: Arc::clone(&self.inner),
            service: service.into(),
            healthy: false,
        }
    }
}

/// A list that is sent when it is awaited.
#[derive(Clone, Debug)]
#[must_use = "the list is sent when it is awaited"]
pub struct Instances {
    inner: Arc<Inner>,
    service: ServiceKey,
    healthy: bool,
}

impl Instances {
    /// Looks in `group` instead of `DEFAULT_GROUP`.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.service = self.service.group(group);
        self
    }

    /// Looks in the namespace with this id.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.service = self.service.namespace(namespace);
        self
    }

    /// Looks at this cluster; call it again for more. Up to Nacos 3.1 none means `DEFAULT` only.
    pub fn cluster(mut self, cluster: impl Into<String>) -> Self {
        self.service = self.service.cluster(cluster);
        self
    }

    /// Keeps those that may get traffic: healthy, enabled, weight above 0. Filtered here; the server ignores
    /// its own `healthyOnly`.
    pub fn healthy(mut self) -> Self {
        self.healthy = true;
        self
    }

    /// One of those that may get traffic, at random by weight.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when there is none.
    pub async fn select_one(self) -> Result<Instance> {
        let name = self.service.to_string();
        let mut instances = self.healthy().await?;
        let total: f64 = instances.iter().map(|instance| instance.weight).sum();
        let mut point = fastrand::f64() * total;
        let chosen = instances.iter().position(|instance| {
            point -= instance.weight;
            point < 0.0
        });
        // Rounding may leave the point just behind the last one.
        let chosen = chosen.or(instances.len().checked_sub(1));
        match chosen {
            Some(chosen) => Ok(instances.swap_remove(chosen)),
            None => Err(Error::new(
                ErrorKind::NotFound,
                format!("service {name} has no instance that may serve"),
            )),
        }
    }
}

impl IntoFuture for Instances {
    type Output = Result<Vec<Instance>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut instances = list(&self.inner.core, &self.service).await?;
            if self.healthy {
                instances.retain(Instance::may_serve);
            }
            Ok(instances)
        })
    }
}

impl Instance {
    /// True when it may get traffic: healthy, enabled, weight above 0.
    #[must_use]
    pub fn may_serve(&self) -> bool {
        self.healthy && self.enabled && self.weight > 0.0
    }
}
