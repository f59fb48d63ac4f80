//! Documents, as whoever publishes them sees them, and the config center as components see it.

use std::sync::Arc;
use std::time::Duration;

use bun_server::microservice::SharedClients;
use bun_server::microservice::config_center::{ConfigCenterProvider, ConfigHub, HubOptions};
use bun_server::prelude::*;
use nacos_client::NacosClient;

use crate::row::{Kind, PATIENCE, POLL, Row};
use crate::{eventually, holds};

const SHOWN: Duration = Duration::from_secs(20);

impl Row {
    /// The config center over this row's provider.
    #[must_use]
    pub fn config_center(&self) -> Arc<dyn ConfigCenter> {
        let options = HubOptions {
            poll_interval: POLL,
            request_timeout: PATIENCE,
        };
        match self.kind {
            Kind::Memory => config_center(&self.center, options),
            _ => config_center(&self.nacos_center(), options),
        }
    }

    /// Publishes a document of the row's namespace.
    pub async fn publish(&self, data_id: &str, content: &str) {
        let Some(nacos) = &self.nacos else {
            return self.center.publish(data_id, content);
        };
        let (data_id, content) = (data_id.to_owned(), content.to_owned());
        let key = nacos_client::ConfigKey::new(&data_id).namespace(&self.namespace);
        let published = move |client: NacosClient| async move {
            let content_type = data_id.rsplit_once('.').map_or("text", |(_, extension)| extension);
            let publish = client
                .admin()
                .publish(&key, content.as_str())
                .content_type(content_type);
            publish.await.expect("a publish");
            // The server shows a write a moment after it took it.
            eventually(SHOWN, || async {
                let found = client.config().get(&key).await.map_err(|error| error.to_string())?;
                holds(found.content == content, &found)
            })
            .await;
        };
        nacos.ask(published).await;
    }

    /// Removes a document of the row's namespace.
    pub async fn remove(&self, data_id: &str) {
        let Some(nacos) = &self.nacos else {
            assert!(self.center.remove(data_id), "{data_id} was there");
            return;
        };
        let key = nacos_client::ConfigKey::new(data_id).namespace(&self.namespace);
        let removed = move |client: NacosClient| async move {
            client.admin().delete(&key).await.expect("a deletion");
            eventually(SHOWN, || async {
                let found = client.config().get(&key).await;
                holds(found.as_ref().is_err_and(nacos_client::Error::is_not_found), &found)
            })
            .await;
        };
        nacos.ask(removed).await;
    }
}

/// The config center over a provider, as an application makes it.
pub fn config_center(provider: &dyn ConfigCenterProvider, options: HubOptions) -> Arc<dyn ConfigCenter> {
    let backend = provider.backend(&SharedClients::new()).expect("options that fit");
    Arc::new(ConfigHub::new(backend, provider.address(), options))
}
