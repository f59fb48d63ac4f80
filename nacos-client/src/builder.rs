//! The options of a client, checked together by [`ClientBuilder::build`].

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::auth::{Auth, Credentials};
use crate::client::NacosClient;
use crate::config::cipher::{Ciphers, ConfigCipher, UnknownCipher};
use crate::config::{SnapshotStore, WatchMode};
use crate::error::{Error, Result};
use crate::ids::namespace_or_default;
use crate::naming::ServiceCache;
use crate::server_list::{Endpoint, ServerAddress, ServerList};
use crate::transport::{Core, HttpTransport, Limits, Tls, Transport};

/// Longer than any sensible option, and short enough to be added to any instant.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What the loops of a client need to know; the single calls do not.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    pub(crate) poll_interval: Duration,
    pub(crate) watch_mode: WatchMode,
    pub(crate) empty_protection: Duration,
    pub(crate) service_cache: Option<ServiceCache>,
    pub(crate) heartbeat: Duration,
    pub(crate) close_timeout: Duration,
}

/// Collects the options of a [`NacosClient`]; every one has a default but the servers.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    servers: String,
    namespace: String,
    context_path: String,
    credentials: Option<Credentials>,
    connect_timeout: Duration,
    response_limit: usize,
    max_concurrent_polls: usize,
    max_concurrent_heartbeats: usize,
    limits: Limits,
    pace: Pace,
    transport: Option<Arc<dyn Transport>>,
    ciphers: Ciphers,
    snapshot_dir: Option<PathBuf>,
    tls: Tls,
    endpoint: Option<String>,
}

impl ClientBuilder {
    pub(crate) fn new(servers: impl Into<String>) -> Self {
        Self {
            servers: servers.into(),
            namespace: String::new(),
            context_path: "/nacos".to_owned(),
            credentials: None,
            connect_timeout: Duration::from_secs(1),
            response_limit: 10 * 1024 * 1024,
            max_concurrent_polls: 8,
            max_concurrent_heartbeats: 64,
            limits: Limits {
                attempt: Duration::from_secs(3),
                call: Duration::from_secs(6),
                retries: 1,
            },
            pace: Pace {
                poll_interval: Duration::from_secs(3),
                watch_mode: WatchMode::default(),
                empty_protection: Duration::from_secs(10),
                service_cache: None,
                heartbeat: Duration::from_secs(5),
                close_timeout: Duration::from_secs(3),
            },
            transport: None,
            ciphers: Ciphers::new(),
            snapshot_dir: None,
            tls: Tls::default(),
            endpoint: None,
        }
    }

    /// The namespace, by id, of every call that names no other. Default: `public`.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Logs in with these before the first call. Default: no login.
    pub fn credentials(mut self, username: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some(Credentials::new(username, password));
        self
    }

    /// The servers' context path. Default: `/nacos`.
    pub fn context_path(mut self, path: impl Into<String>) -> Self {
        self.context_path = path.into();
        self
    }

    /// Asks this address (`http://host:8080/nacos/serverlist`) for the servers, one `host:port` a line: before the
    /// first call, and again every 30 s. Servers given to [`NacosClient::builder`] serve until it answers; they may be
    /// empty.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// How long a connection may take. Default: 1 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one exchange with one server may take. Default: 3 s.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt = timeout;
        self
    }

    /// How long a call may take with all its attempts and, if needed, the login. Default: 6 s.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.limits.call = timeout;
        self
    }

    /// How often the whole list of servers is tried again within the call's time. Default: 1.
    pub fn retries(mut self, retries: u32) -> Self {
        self.limits.retries = retries;
        self
    }

    /// The longest answer that is read, in bytes. Default: 10 MiB.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// How often a watched configuration or service is read, ± 10 %. Default: 3 s.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.pace.poll_interval = interval;
        self
    }

    /// At most so many polls are in flight, however many keys are watched. Default: 8.
    pub fn max_concurrent_polls(mut self, polls: usize) -> Self {
        self.max_concurrent_polls = polls.max(1);
        self
    }

    /// How often a registered instance is renewed, unless it names an interval of its own. Default: 5 s.
    pub fn heartbeat_interval(mut self, interval: Duration) -> Self {
        self.pace.heartbeat = interval;
        self
    }

    /// At most so many heartbeats are in flight, however many instances are registered, and so many deregistrations,
    /// also in [`NacosClient::close`]; the others wait their turn. Default: 64.
    pub fn max_concurrent_heartbeats(mut self, heartbeats: usize) -> Self {
        self.max_concurrent_heartbeats = heartbeats.max(1);
        self
    }

    /// How long [`NacosClient::close`] may take. Default: 3 s.
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.pace.close_timeout = timeout;
        self
    }

    /// Keeps configurations and watched services in this folder, for times when no server answers; files put there by hand win over the
    /// server. Default: none. Give each application, and each Nacos installation, a folder of its own.
    pub fn snapshot_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        self.pace.service_cache = Some(ServiceCache::new(folder.clone()));
        self.snapshot_dir = Some(folder);
        self
    }

    /// How long a watched service without any instance that may serve is taken for a server's mistake, after it had
    /// some: a server that warms up answers an empty list with success. Zero believes at once. Default: 10 s.
    pub fn empty_protection(mut self, hold: Duration) -> Self {
        self.pace.empty_protection = hold;
        self
    }

    /// How changes of configurations are noticed. Default: by polling.
    pub fn watch_mode(mut self, mode: WatchMode) -> Self {
        self.pace.watch_mode = mode;
        self
    }

    /// Decrypts and encrypts `cipher-<algorithm>-…` documents of this algorithm. With feature `aes`, `aes` is there.
    pub fn cipher(mut self, cipher: impl ConfigCipher) -> Self {
        self.ciphers.add(Arc::new(cipher));
        self
    }

    /// What happens to an encrypted document whose algorithm is not there. Default: an error.
    pub fn unknown_cipher(mut self, unknown: UnknownCipher) -> Self {
        self.ciphers.set_unknown(unknown);
        self
    }

    /// Trusts these certificates (PEM) beside those of the operating system, for `https://` servers.
    #[cfg(feature = "rustls")]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.roots_pem = pem.into();
        self
    }

    /// Replaces the sockets, for example by `testing::TestServer::transport`.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Checks the options; does no I/O.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument), naming the option.
    pub fn build(mut self) -> Result<NacosClient> {
        let servers = self
            .servers
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(ServerAddress::parse)
            .collect::<Result<Vec<_>>>()?;
        let endpoint = self.endpoint.map(Endpoint::new).transpose()?;
        if servers.is_empty() && endpoint.is_none() {
            return Err(Error::invalid("servers", "at least one `host:port` is needed"));
        }
        let namespace = namespace_or_default(&self.namespace)?;
        let context_path = checked_context_path(&self.context_path)?;
        if self.limits.attempt.is_zero() || self.limits.call.is_zero() || self.pace.poll_interval.is_zero() {
            return Err(Error::invalid("timeouts", "must be longer than zero"));
        }
        self.limits.attempt = self.limits.attempt.min(LONGEST);
        self.limits.call = self.limits.call.min(LONGEST);
        self.pace.poll_interval = self.pace.poll_interval.min(LONGEST);
        self.pace.heartbeat = self.pace.heartbeat.min(LONGEST);
        warn_about_open_credentials(self.credentials.is_some(), &servers);
        let transport = match self.transport {
            Some(transport) => transport,
            None => {
                let endpoint_https = endpoint.as_ref().is_some_and(Endpoint::is_https);
                self.tls.needed = endpoint_https || servers.iter().any(|server| server.https);
                Arc::new(HttpTransport::new(
                    self.connect_timeout,
                    self.response_limit,
                    &self.tls,
                )?)
            }
        };
        let core = Core {
            servers: ServerList::new(servers),
            endpoint,
            namespace,
            auth: self.credentials.map(Auth::new),
            limits: self.limits,
            ciphers: self.ciphers,
            snapshots: self.snapshot_dir.map(SnapshotStore::new),
            polls: Semaphore::new(self.max_concurrent_polls.min(Semaphore::MAX_PERMITS)),
            heartbeats: Semaphore::new(self.max_concurrent_heartbeats.min(Semaphore::MAX_PERMITS)),
            deletes: Semaphore::new(self.max_concurrent_heartbeats.min(Semaphore::MAX_PERMITS)),
            transport,
            context_path,
            closed: AtomicBool::new(false),
            namespace_checked: AtomicBool::new(false),
        };
        Ok(NacosClient::new(core, self.pace))
    }
}

fn checked_context_path(path: &str) -> Result<String> {
    let trimmed = path.trim_matches('/');
    let clean = trimmed
        .chars()
        .all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '/'));
    if !clean || trimmed.contains("..") {
        return Err(Error::invalid("context_path", "write it like `/nacos`"));
    }
    Ok(if trimmed.is_empty() {
        String::new()
    } else {
        format!("/{trimmed}")
    })
}

fn warn_about_open_credentials(credentials: bool, servers: &[ServerAddress]) {
    if let Some(server) = servers
        .iter()
        .find(|server| credentials && !server.https && !server.loopback)
    {
        tracing::warn!(server = %server.authority(), "credentials travel in clear text; use https");
    }
}
