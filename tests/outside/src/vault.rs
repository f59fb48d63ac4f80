//! A config center of one's own: `config_center.url: vault://somewhere?mount=secret`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use bun_server::error::ErrorClass;
use bun_server::prelude::*;

/// Stands for the server that a real provider would call.
#[derive(Debug, Default)]
pub struct VaultServer(Mutex<BTreeMap<String, String>>);

impl VaultServer {
    /// The servers of this process, by host.
    pub fn at(host: &str) -> Arc<Self> {
        static SERVERS: OnceLock<Mutex<BTreeMap<String, Arc<VaultServer>>>> = OnceLock::new();
        let mut servers = SERVERS.get_or_init(Mutex::default).lock().unwrap();
        Arc::clone(servers.entry(host.to_owned()).or_default())
    }

    pub fn write(&self, path: &str, content: &str) {
        self.0.lock().unwrap().insert(path.to_owned(), content.to_owned());
    }

    fn read(&self, path: &str) -> Option<String> {
        self.0.lock().unwrap().get(path).cloned()
    }
}

struct VaultBackend {
    server: Arc<VaultServer>,
    mount: String,
}

impl VaultBackend {
    fn new(options: &ProviderOptions) -> Result<Self, ProviderError> {
        options.allow(&["mount"])?;
        if options.username.is_none() {
            return Err(ProviderError::new("vault:// needs `config_center.username`"));
        }
        Ok(Self {
            server: VaultServer::at(options.hosts()),
            mount: options.option("mount").unwrap_or("secret").to_owned(),
        })
    }
}

#[async_trait]
impl ConfigBackend for VaultBackend {
    async fn fetch(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError> {
        if key.namespace_id().is_some() {
            let message = "a vault has no namespaces";
            return Err(ConfigCenterError::new(
                ErrorClass::Unsupported,
                key.to_string(),
                message,
            ));
        }
        let path = self.full_name(key);
        let content = self
            .server
            .read(&path)
            .ok_or_else(|| ConfigCenterError::not_found(key))?;
        Ok(ConfigResult::new(content).with_content_type("yaml"))
    }

    fn full_name(&self, key: &ConfigKey) -> String {
        format!("{}/{}", self.mount, key.data_id())
    }
}

config_center_provider!("vault", |options: &ProviderOptions| VaultBackend::new(options));
