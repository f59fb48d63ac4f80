use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use nacos_client::{Beat, Instance};

use super::connection::{Connection, SharedClient, class, message};
use crate::config::Secret;
use crate::di::BoxError;
use crate::microservice::SharedClients;
use crate::microservice::service_registry::{
    Lease, RegistryBackend, Renewal, ServiceInstance, ServiceKey, ServiceRegistryError, ServiceRegistryProvider,
};
use crate::providers::{ProviderOptions, ServiceRegistryScheme};

/// The service registry of a Nacos 3. Instances are ephemeral: they live by heartbeats.
///
/// ```
/// use bun_server::prelude::*;
///
/// let registry = NacosServiceRegistry::builder("127.0.0.1:8848").namespace("dev");
/// let options = MicroserviceOptions::builder().service_registry(registry);
/// # let _ = options;
/// ```
#[derive(Clone, Debug)]
pub struct NacosServiceRegistry {
    connection: Connection,
    cluster: Option<String>,
    heartbeat_interval: Duration,
}

/// What the server expects when an instance says nothing else.
const SERVER_INTERVAL: Duration = Duration::from_secs(5);

impl NacosServiceRegistry {
    /// The services of these servers (`host:port`, several with commas).
    pub fn builder(servers: impl Into<String>) -> Self {
        Self {
            connection: Connection::new(servers),
            cluster: None,
            heartbeat_interval: SERVER_INTERVAL,
        }
    }

    /// The namespace's id. Default: `public`.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.connection.namespace = Some(namespace.into());
        self
    }

    /// Where services that name no group are. Default: `DEFAULT_GROUP`.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.connection.group = Some(group.into());
        self
    }

    /// The cluster that is registered in and read. Default: `DEFAULT`.
    #[must_use]
    pub fn cluster(mut self, cluster: impl Into<String>) -> Self {
        self.cluster = Some(cluster.into());
        self
    }

    /// Who asks.
    #[must_use]
    pub fn credentials(mut self, username: impl Into<String>, password: impl Into<String>) -> Self {
        self.connection.username = Some(username.into());
        self.connection.password = Some(Secret::new(password.into()));
        self
    }

    /// The servers' context path. Default: `/nacos`.
    #[must_use]
    pub fn context_path(mut self, path: impl Into<String>) -> Self {
        self.connection.context_path = Some(path.into());
        self
    }

    /// For one attempt, over all servers. Default: 3 s.
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.connection.request_timeout = timeout;
        self
    }

    /// Between two beats; the server is told to wait three times that before it holds the instance for unhealthy, and six
    /// times before it removes it. Default: 5 s.
    #[must_use]
    pub fn heartbeat_interval(mut self, interval: Duration) -> Self {
        self.heartbeat_interval = interval;
        self
    }
}

impl ServiceRegistryProvider for NacosServiceRegistry {
    fn name(&self) -> &str {
        "nacos"
    }

    fn address(&self) -> String {
        self.connection.address()
    }

    fn probe(&self) -> Option<String> {
        self.connection.probe()
    }

    fn with_heartbeat_interval(&self, interval: Duration) -> Option<Arc<dyn ServiceRegistryProvider>> {
        Some(Arc::new(self.clone().heartbeat_interval(interval)))
    }

    fn backend(&self, shared: &SharedClients) -> Result<Arc<dyn RegistryBackend>, BoxError> {
        Ok(Arc::new(Backend {
            client: self.connection.client(shared)?,
            registry: self.clone(),
        }))
    }
}

struct Backend {
    client: SharedClient,
    registry: NacosServiceRegistry,
}

impl Backend {
    fn instance(&self, instance: &ServiceInstance) -> Instance {
        let connection = &self.registry.connection;
        let mut written = Instance::new(instance.service.as_str(), &instance.host, instance.port)
            .group(connection.group(instance.group.as_deref()))
            .weight(instance.weight)
            .enabled(instance.enabled)
            .healthy(instance.healthy);
        if let Some(namespace) = connection.namespace(instance.namespace.as_deref()) {
            written = written.namespace(namespace);
        }
        if let Some(cluster) = instance.cluster.as_ref().or(self.registry.cluster.as_ref()) {
            written = written.cluster(cluster);
        }
        let interval = self.registry.heartbeat_interval;
        if interval != SERVER_INTERVAL {
            written = written.heartbeat_interval(interval).expiry(interval * 3, interval * 6);
        }
        instance
            .metadata
            .iter()
            .fold(written, |written, (key, value)| written.metadata(key, value))
    }

    fn read(instance: Instance, service: &ServiceKey) -> ServiceInstance {
        let mut read = ServiceInstance::new(service.name.clone(), instance.ip, instance.port)
            .weight(instance.weight)
            .healthy(instance.healthy)
            .enabled(instance.enabled);
        // What only the server's clock needs is no metadata of the service.
        read.metadata = instance.metadata;
        read.metadata.retain(|key, _| !key.starts_with("preserved."));
        read.cluster = Some(instance.cluster);
        // As it was asked for: the registry's defaults stay unsaid.
        read.group.clone_from(&service.group);
        read.namespace.clone_from(&service.namespace);
        read
    }
}

fn failed(instance: &ServiceInstance) -> impl FnOnce(nacos_client::Error) -> ServiceRegistryError {
    let subject = format!("{} at {}", instance.service, instance.address());
    move |error| ServiceRegistryError::new(class(&error), subject, message(&error)).caused_by(error)
}

#[async_trait]
impl RegistryBackend for Backend {
    async fn register(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError> {
        let naming = self.client.get().naming();
        naming
            .register_once(&self.instance(instance))
            .await
            .map_err(failed(instance))
    }

    async fn renew(&self, instance: &ServiceInstance) -> Result<Renewal, ServiceRegistryError> {
        let naming = self.client.get().naming();
        match naming.beat_once(&self.instance(instance)).await {
            Ok(Beat::Renewed) => Ok(Renewal::Renewed),
            Ok(_) => Ok(Renewal::Unknown),
            Err(error) => Err(failed(instance)(error)),
        }
    }

    async fn deregister(&self, instance: &ServiceInstance) -> Result<(), ServiceRegistryError> {
        let naming = self.client.get().naming();
        naming
            .deregister_once(&self.instance(instance))
            .await
            .map_err(failed(instance))
    }

    async fn instances(&self, service: &ServiceKey) -> Result<Vec<ServiceInstance>, ServiceRegistryError> {
        let connection = &self.registry.connection;
        let mut key =
            nacos_client::ServiceKey::new(service.name.as_str()).group(connection.group(service.group.as_deref()));
        if let Some(namespace) = connection.namespace(service.namespace.as_deref()) {
            key = key.namespace(namespace);
        }
        if let Some(cluster) = service.cluster.as_ref().or(self.registry.cluster.as_ref()) {
            key = key.cluster(cluster);
        }
        let listed = self.client.get().naming().list_once(&key).await;
        let listed = listed.map_err(|error| {
            ServiceRegistryError::new(class(&error), service.to_string(), message(&error)).caused_by(error)
        })?;
        Ok(listed
            .into_iter()
            .map(|instance| Self::read(instance, service))
            .collect())
    }

    fn lease(&self) -> Lease {
        Lease::Heartbeat(self.registry.heartbeat_interval)
    }

    async fn close(&self) {
        self.client.close().await;
    }
}

inventory::submit! {
    ServiceRegistryScheme {
        scheme: "nacos",
        provider: |options: &ProviderOptions| {
            options.allow(&["namespace", "group", "context_path", "cluster"])?;
            Ok(Box::new(NacosServiceRegistry {
                connection: Connection::from_options(options),
                cluster: options.option("cluster").map(ToOwned::to_owned),
                heartbeat_interval: options.heartbeat_interval,
            }))
        },
    }
}
