use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use nacos_client::{ErrorKind, NacosClient};

use crate::config::Secret;
use crate::di::BoxError;
use crate::error::ErrorClass;
use crate::microservice::SharedClients;
use crate::providers::ProviderOptions;

/// Where a Nacos is and who asks: the same for the config center and the registry.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) servers: String,
    pub(super) namespace: Option<String>,
    pub(super) group: Option<String>,
    pub(super) username: Option<String>,
    pub(super) password: Option<Secret<String>>,
    pub(super) context_path: Option<String>,
    pub(super) request_timeout: Duration,
}

impl Connection {
    pub(super) fn new(servers: impl Into<String>) -> Self {
        Self {
            servers: servers.into(),
            namespace: None,
            group: None,
            username: None,
            password: None,
            context_path: None,
            request_timeout: Duration::from_secs(3),
        }
    }

    pub(super) fn from_options(options: &ProviderOptions) -> Self {
        let option = |key: &str| options.option(key).map(ToOwned::to_owned);
        Self {
            servers: options.hosts().to_owned(),
            namespace: option("namespace"),
            group: option("group"),
            username: options.username.clone(),
            password: options.password.clone(),
            context_path: option("context_path"),
            request_timeout: options.request_timeout,
        }
    }

    pub(super) fn address(&self) -> String {
        format!("nacos://{}", self.servers)
    }

    /// `host:port` of the first server.
    pub(super) fn probe(&self) -> Option<String> {
        let first = self.servers.split(',').next()?.trim();
        let host = first.split_once("://").map_or(first, |(_, host)| host);
        let host = host.split('/').next().unwrap_or(host);
        let with_port = host
            .rsplit_once(':')
            .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        Some(if with_port {
            host.to_owned()
        } else {
            format!("{host}:8848")
        })
    }

    /// The namespace that a call is for.
    pub(super) fn namespace<'a>(&'a self, asked: Option<&'a str>) -> Option<&'a str> {
        asked
            .or(self.namespace.as_deref())
            .filter(|namespace| !namespace.is_empty())
    }

    /// The group that a call is for.
    pub(super) fn group<'a>(&'a self, asked: Option<&'a str>) -> &'a str {
        asked.or(self.group.as_deref()).unwrap_or("DEFAULT_GROUP")
    }

    /// The client of these servers and this user; the namespace goes with each call.
    pub(super) fn client(&self, shared: &SharedClients) -> Result<SharedClient, BoxError> {
        let context_path = self.context_path.as_deref().unwrap_or_default();
        let username = self.username.as_deref().unwrap_or_default();
        let password = self.password.as_ref().map_or("", |password| password.expose().as_str());
        // A password of its own makes another client, and is not kept as text.
        let key = format!(
            "nacos {} {context_path} {username} {:x}",
            self.servers,
            md5::compute(password)
        );
        shared
            .get_or_make(&key, || self.build().map(SharedClient::new))
            .map(SharedClient::another_user)
            .map_err(Into::into)
    }

    fn build(&self) -> Result<NacosClient, nacos_client::Error> {
        let mut builder = NacosClient::builder(&self.servers)
            .attempt_timeout(self.request_timeout)
            .call_timeout(self.request_timeout)
            // Loops are the framework's: one call is one look at each server.
            .retries(0);
        if let Some(context_path) = &self.context_path {
            builder = builder.context_path(context_path);
        }
        if let Some(username) = &self.username {
            let password = self.password.as_ref().map(|password| password.expose().clone());
            builder = builder.credentials(username, password.unwrap_or_default());
        }
        builder.build()
    }
}

/// One client that several backends use; the last one to leave closes it.
#[derive(Clone, Debug)]
pub(super) struct SharedClient {
    client: NacosClient,
    users: Arc<AtomicUsize>,
}

impl SharedClient {
    fn new(client: NacosClient) -> Self {
        Self {
            client,
            users: Arc::default(),
        }
    }

    fn another_user(self) -> Self {
        self.users.fetch_add(1, Ordering::SeqCst);
        self
    }

    pub(super) fn get(&self) -> &NacosClient {
        &self.client
    }

    pub(super) async fn close(&self) {
        if self.users.fetch_sub(1, Ordering::SeqCst) == 1
            && let Err(error) = self.client.close().await
        {
            tracing::debug!("the Nacos client did not close: {error}");
        }
    }
}

/// What happened, for people: the thing it is about is said by who reports it, the cause of a broken connection is enough.
pub(super) fn message(error: &nacos_client::Error) -> String {
    if error.kind() != ErrorKind::Unavailable || error.status().is_some() {
        return error.to_string();
    }
    let mut root: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(deeper) = root.and_then(std::error::Error::source) {
        root = Some(deeper);
    }
    match (root, error.server()) {
        (Some(root), Some(server)) => format!("{server} unreachable: {root}"),
        _ => error.to_string(),
    }
}

/// The class of an error of the client.
pub(super) fn class(error: &nacos_client::Error) -> ErrorClass {
    match error.kind() {
        ErrorKind::NotFound => ErrorClass::NotFound,
        ErrorKind::Unauthorized => ErrorClass::Unauthorized,
        ErrorKind::Forbidden => ErrorClass::Forbidden,
        ErrorKind::InvalidArgument => ErrorClass::InvalidArgument,
        ErrorKind::Conflict => ErrorClass::Conflict,
        ErrorKind::RateLimited => ErrorClass::RateLimited,
        ErrorKind::Timeout => ErrorClass::Timeout,
        ErrorKind::Decode => ErrorClass::Decode,
        ErrorKind::Unsupported => ErrorClass::Unsupported,
        ErrorKind::Closed => ErrorClass::Closed,
        // What a later client tells apart is, until then, a server that does not answer as it should.
        _ => ErrorClass::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_server_decides_which_of_our_addresses_is_registered() {
        for (servers, probe) in [
            ("127.0.0.1:8848,10.0.0.1:8848", "127.0.0.1:8848"),
            ("http://nacos.example:80/x", "nacos.example:80"),
            ("nacos", "nacos:8848"),
            ("[::1]:8848", "[::1]:8848"),
        ] {
            assert_eq!(Connection::new(servers).probe().as_deref(), Some(probe));
        }
    }

    #[test]
    fn equal_servers_and_credentials_share_a_client() {
        let shared = SharedClients::new();
        let connection = Connection::new("127.0.0.1:8848");
        let (one, two) = (connection.client(&shared).unwrap(), connection.client(&shared).unwrap());
        assert!(Arc::ptr_eq(&one.users, &two.users));
        let mut other = connection.clone();
        other.username = Some("nacos".to_owned());
        assert!(!Arc::ptr_eq(&one.users, &other.client(&shared).unwrap().users));
    }
}
