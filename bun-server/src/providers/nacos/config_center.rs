mod capabilities;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::connection::{Connection, SharedClient, class, message};
use crate::config::Secret;
use crate::di::BoxError;
use crate::microservice::SharedClients;
use crate::microservice::config_center::{
    ConfigBackend, ConfigCenterError, ConfigCenterProvider, ConfigHistory, ConfigKey, ConfigPublisher, ConfigResult,
};
use crate::providers::{ConfigCenterScheme, ProviderOptions};

/// The config center of a Nacos 3.
///
/// ```
/// use bun_server::prelude::*;
///
/// let center = NacosConfigCenter::builder("127.0.0.1:8848")
///     .namespace("dev")
///     .group("ORDERS");
/// let options = MicroserviceOptions::builder().config_center(center);
/// # let _ = options;
/// ```
#[derive(Clone, Debug)]
pub struct NacosConfigCenter {
    connection: Connection,
}

impl NacosConfigCenter {
    /// The documents of these servers (`host:port`, several with commas).
    pub fn builder(servers: impl Into<String>) -> Self {
        Self {
            connection: Connection::new(servers),
        }
    }

    /// The namespace's id. Default: `public`.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.connection.namespace = Some(namespace.into());
        self
    }

    /// Where keys that name no group are. Default: `DEFAULT_GROUP`.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.connection.group = Some(group.into());
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
}

impl ConfigCenterProvider for NacosConfigCenter {
    fn name(&self) -> &str {
        "nacos"
    }

    fn address(&self) -> String {
        self.connection.address()
    }

    fn scope(&self) -> String {
        let namespace = self.connection.namespace(None).unwrap_or("public");
        let group = self.connection.group(None);
        format!("{}?namespace={namespace}&group={group}", self.connection.address())
    }

    fn backend(&self, shared: &SharedClients) -> Result<Arc<dyn ConfigBackend>, BoxError> {
        Ok(Arc::new(Backend {
            client: self.connection.client(shared)?,
            connection: self.connection.clone(),
        }))
    }
}

struct Backend {
    client: SharedClient,
    connection: Connection,
}

impl Backend {
    fn nacos_key(&self, key: &ConfigKey) -> nacos_client::ConfigKey {
        let group = self.connection.group(key.group_name());
        let nacos_key = nacos_client::ConfigKey::new(key.data_id()).group(group);
        match self.connection.namespace(key.namespace_id()) {
            Some(namespace) => nacos_key.namespace(namespace),
            None => nacos_key,
        }
    }

    fn failed(&self, key: &ConfigKey, error: nacos_client::Error) -> ConfigCenterError {
        ConfigCenterError::new(class(&error), self.full_name(key), message(&error)).caused_by(error)
    }
}

fn document(document: nacos_client::ConfigDocument) -> ConfigResult {
    let mut result = ConfigResult::new(document.content).with_md5(document.md5);
    if let Some(content_type) = document.content_type {
        result = result.with_content_type(content_type);
    }
    match document.last_modified {
        Some(at) => result.with_last_modified(at),
        None => result,
    }
}

#[async_trait]
impl ConfigBackend for Backend {
    async fn fetch(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError> {
        let nacos_key = self.nacos_key(key);
        let read = self.client.get().config().get_stored(&nacos_key).await;
        read.map(document).map_err(|error| self.failed(key, error))
    }

    fn publisher(self: Arc<Self>) -> Option<Arc<dyn ConfigPublisher>> {
        Some(self)
    }

    fn history(self: Arc<Self>) -> Option<Arc<dyn ConfigHistory>> {
        Some(self)
    }

    fn full_name(&self, key: &ConfigKey) -> String {
        let namespace = self.connection.namespace(key.namespace_id()).unwrap_or("public");
        let group = self.connection.group(key.group_name());
        format!("{namespace}/{group}/{}", key.data_id())
    }

    async fn close(&self) {
        self.client.close().await;
    }
}

inventory::submit! {
    ConfigCenterScheme {
        scheme: "nacos",
        provider: |options: &ProviderOptions| {
            options.allow(&["namespace", "group", "context_path"])?;
            Ok(Box::new(NacosConfigCenter { connection: Connection::from_options(options) }))
        },
    }
}
