//! The handle of the server.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::configs::StoredConfig;
use super::fault::Fault;
use super::incoming::Incoming;
use super::journal::Recorded;
use super::listed::Listed;
use super::socket::Socket;
use super::transport::Front;
use super::world::{Key, Profile, World};
use crate::builder::ClientBuilder;
use crate::client::NacosClient;
use crate::config::ConfigKey;
use crate::ids::Namespace;
use crate::naming::{Instance, ListedInstance, ServiceKey};
use crate::transport::Transport;

/// A Nacos 3 server in this process; see the [module](super) for what it is and is not.
#[derive(Debug)]
pub struct TestServer {
    front: Arc<Front>,
    credentials: Option<(String, String)>,
    /// Port 0 when there is no socket.
    address: SocketAddr,
    socket: Mutex<Option<Socket>>,
}

/// The options of a [`TestServer`].
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until the server is started"]
pub struct TestServerBuilder {
    profile: Profile,
    credentials: Option<(String, String)>,
    ipv6: bool,
}

impl TestServerBuilder {
    /// Asks for authentication: this administrator exists, and tokens live so long.
    pub fn auth(mut self, username: impl Into<String>, password: impl Into<String>, token_life: Duration) -> Self {
        self.profile.auth = true;
        self.profile.token_ttl = token_life;
        self.credentials = Some((username.into(), password.into()));
        self
    }

    /// A header by which servers know each other: who sends it needs no token.
    pub fn identity(mut self, header: impl Into<String>, value: impl Into<String>) -> Self {
        self.profile.identity = Some((header.into().to_ascii_lowercase(), value.into()));
        self
    }

    /// Authentication is asked for, and no administrator exists yet.
    pub fn auth_without_admin(mut self, token_life: Duration) -> Self {
        self.profile.auth = true;
        self.profile.token_ttl = token_life;
        self
    }

    /// Listens on `[::1]` instead of `127.0.0.1`.
    pub fn ipv6(mut self) -> Self {
        self.ipv6 = true;
        self
    }

    /// Listens on a free port of loopback.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start(self) -> io::Result<TestServer> {
        let mut server = self.in_process();
        let (socket, address) = Socket::open(Arc::clone(&server.front), server.address).await?;
        server.address = address;
        server.front.world().port = address.port();
        *server.socket() = Some(socket);
        Ok(server)
    }

    /// Opens no socket: only [`TestServer::transport`] reaches it, also under paused time.
    #[must_use]
    pub fn in_process(self) -> TestServer {
        let loopback = if self.ipv6 {
            IpAddr::from(Ipv6Addr::LOCALHOST)
        } else {
            IpAddr::from(Ipv4Addr::LOCALHOST)
        };
        let mut world = World::new(self.profile);
        if let Some((username, password)) = &self.credentials {
            world.accounts.set_admin(username, password);
        }
        TestServer {
            front: Arc::new(Front::new(world)),
            credentials: self.credentials,
            address: SocketAddr::new(loopback, 0),
            socket: Mutex::new(None),
        }
    }
}

impl TestServer {
    /// An open server on a free port of loopback.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// An open server without a socket; see [`TestServerBuilder::in_process`].
    #[must_use]
    pub fn in_process() -> Self {
        Self::builder().in_process()
    }

    /// A server with options.
    pub fn builder() -> TestServerBuilder {
        TestServerBuilder::default()
    }

    fn socket(&self) -> MutexGuard<'_, Option<Socket>> {
        self.socket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `127.0.0.1:port`, or `[::1]:port`.
    #[must_use]
    pub fn address(&self) -> String {
        let port = self.address.port().max(1);
        SocketAddr::new(self.address.ip(), port).to_string()
    }

    /// A client of this server: address, credentials, and the transport if there is no socket.
    pub fn client(&self) -> ClientBuilder {
        let builder = NacosClient::builder(self.address());
        let builder = match &self.credentials {
            Some((username, password)) => builder.credentials(username, password),
            None => builder,
        };
        if self.address.port() == 0 {
            builder.transport(self.transport())
        } else {
            builder
        }
    }

    /// Calls this server without a socket.
    #[must_use]
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.front) as Arc<dyn Transport>
    }

    /// Lets running requests end, then closes the port.
    pub async fn stop(&self) {
        self.front.down.store(true, Ordering::Release);
        let socket = self.socket().take();
        if let Some(socket) = socket {
            socket.close_gracefully().await;
        }
    }

    /// Closes the port and every connection at once.
    pub async fn kill(&self) {
        self.front.down.store(true, Ordering::Release);
        let socket = self.socket().take();
        if let Some(socket) = socket {
            socket.close_at_once().await;
        }
    }

    /// Starts again on the same port, as after a crash: configurations and persistent instances are kept,
    /// ephemeral instances and tokens are gone.
    ///
    /// # Errors
    /// When the port cannot be bound again.
    pub async fn restart(&self) -> io::Result<()> {
        self.kill().await;
        self.front.world().restarted();
        if self.address.port() != 0 {
            let (socket, _) = Socket::open(Arc::clone(&self.front), self.address).await?;
            *self.socket() = Some(socket);
        }
        self.front.down.store(false, Ordering::Release);
        Ok(())
    }

    /// Publishes behind the clients' backs.
    ///
    /// # Panics
    /// When the content is blank, which no server takes.
    pub fn publish(&self, key: &ConfigKey, content: &str) {
        self.publish_as(key, content, "text");
    }

    /// Publishes with a type such as `yaml`.
    ///
    /// # Panics
    /// When the content is blank, which no server takes.
    pub fn publish_as(&self, key: &ConfigKey, content: &str, content_type: &str) {
        let (namespace, group, data_id) = world_key(key);
        let parameters = [
            ("namespaceId", namespace.as_str()),
            ("groupName", group.as_str()),
            ("dataId", data_id.as_str()),
            ("content", content),
            ("type", content_type),
        ];
        let incoming = Incoming {
            file: None,
            json: None,
            method: http::Method::POST,
            path: "/nacos/v3/admin/cs/config".to_owned(),
            parameters: parameters
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            headers: http::HeaderMap::new(),
        };
        let published = self.front.world().publish(&incoming).is_ok();
        assert!(published, "the content of `{key}` must not be blank");
        self.front.announce();
    }

    /// Deletes behind the clients' backs.
    pub fn remove(&self, key: &ConfigKey) {
        self.front.world().remove_config(&world_key(key));
        self.front.announce();
    }

    /// The content stored.
    #[must_use]
    pub fn content(&self, key: &ConfigKey) -> Option<String> {
        let world = self.front.world();
        let config: Option<&StoredConfig> = world.configs.get(&world_key(key)).filter(|config| config.formal);
        config.map(|config| config.content.clone())
    }

    /// The instances of a service in every cluster, enabled and healthy or not.
    #[must_use]
    pub fn instances(&self, service: &ServiceKey) -> Vec<Instance> {
        let Ok(resolved) = service.resolve(&Namespace::default()) else {
            return Vec::new();
        };
        let key: Key = (
            resolved.namespace.to_string(),
            resolved.group.to_string(),
            resolved.name.to_string(),
        );
        let mut world = self.front.world();
        world.sweep(Instant::now());
        let Some(service) = world.services.get(&key) else {
            return Vec::new();
        };
        let listed = service.instances.iter().filter_map(|(address, instance)| {
            let value: Value = serde_json::to_value(Listed::of(&key, address, instance)).ok()?;
            serde_json::from_value::<ListedInstance>(value).ok()
        });
        listed.map(|listed| listed.into_instance(&resolved)).collect()
    }

    /// Forgets every ephemeral instance, as a restart does: their heartbeats meet "unknown".
    pub fn forget_instances(&self) {
        self.front.world().restarted();
    }

    /// Every request meets `fault` from now on.
    pub fn fault(&self, fault: Fault) {
        self.fault_on("", fault);
    }

    /// Requests whose path contains `part` meet `fault` from now on; the latest fault that fits wins.
    pub fn fault_on(&self, part: impl Into<String>, fault: Fault) {
        self.front.faults().push((part.into(), fault));
    }

    /// Takes every fault away.
    pub fn heal(&self) {
        self.front.faults().clear();
    }

    /// Every request so far, in order of arrival.
    #[must_use]
    pub fn journal(&self) -> Vec<Recorded> {
        self.front
            .journal()
            .iter()
            .map(|(_, recorded)| recorded.clone())
            .collect()
    }

    /// Forgets the journal.
    pub fn clear_journal(&self) {
        self.front.journal().clear();
    }
}

fn world_key(key: &ConfigKey) -> Key {
    (
        key.namespace_id()
            .filter(|id| !id.is_empty())
            .unwrap_or("public")
            .to_owned(),
        key.group_name().to_owned(),
        key.data_id().to_owned(),
    )
}
