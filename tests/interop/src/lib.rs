//! Two clients of one real Nacos: ours over HTTP, and the official one over gRPC.
//!
//! `NACOS_ADDR` names the server; without it every case returns at once. Its gRPC port is the HTTP port + 1000.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use nacos_client::NacosClient;
use nacos_sdk::api::config::{ConfigService, ConfigServiceBuilder};
use nacos_sdk::api::naming::{NamingService, NamingServiceBuilder};
use nacos_sdk::api::props::ClientProps;

/// The longest that any single step may take.
const LIMIT: Duration = Duration::from_secs(15);

/// Both clients in a namespace that only one case uses.
#[derive(Debug)]
pub struct Peers {
    address: String,
    namespace: String,
    /// Where the other client would keep its files.
    folder: PathBuf,
    /// Our client.
    pub ours: NacosClient,
}

impl Peers {
    /// `None` when `NACOS_ADDR` is unset.
    ///
    /// # Panics
    /// When it is set, but no server answers there.
    pub async fn meet() -> Option<Self> {
        let Ok(address) = std::env::var("NACOS_ADDR") else {
            println!("not run: NACOS_ADDR is unset");
            return None;
        };
        let namespace = unique("interop");
        let ours = NacosClient::builder(&address)
            .namespace(&namespace)
            .poll_interval(Duration::from_millis(100))
            .empty_protection(Duration::ZERO)
            .build()
            .expect("NACOS_ADDR is host:port");
        if let Err(error) = ours.ready().await {
            panic!("no Nacos answers at {address}: {error}");
        }
        Some(Self {
            address,
            folder: std::env::temp_dir().join(&namespace),
            namespace,
            ours,
        })
    }

    fn properties(&self) -> ClientProps {
        ClientProps::new()
            .server_addr(&self.address)
            .namespace(&self.namespace)
            .cache_dir(&self.folder)
            .env_first(false)
    }

    /// The other client's half for services.
    pub async fn their_naming(&self) -> NamingService {
        let connected = NamingServiceBuilder::new(self.properties()).build();
        soon("a gRPC connection", connected)
            .await
            .expect("the gRPC client connects")
    }

    /// The other client's half for configurations.
    pub async fn their_config(&self) -> ConfigService {
        let connected = ConfigServiceBuilder::new(self.properties()).build();
        soon("a gRPC connection", connected)
            .await
            .expect("the gRPC client connects")
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        // It need not exist.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A name that no other run uses.
#[must_use]
pub fn unique(prefix: &str) -> String {
    format!("{prefix}-{:012x}", fastrand::u64(..) >> 16)
}

/// The output of a future that must end in time.
///
/// # Panics
/// When it does not.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(LIMIT, future).await {
        Ok(output) => output,
        Err(_) => panic!("not within {LIMIT:?}: {what}"),
    }
}

/// Looks again until there is what is waited for: one client's writes reach the other's reads within a second or so.
///
/// # Panics
/// With what was seen last, when it does not come in time.
pub async fn eventually<T, Look: Future<Output = Result<T, String>>>(what: &str, mut look: impl FnMut() -> Look) -> T {
    let deadline = tokio::time::Instant::now() + LIMIT;
    loop {
        let seen = match soon(what, look()).await {
            Ok(found) => return found,
            Err(seen) => seen,
        };
        assert!(
            tokio::time::Instant::now() < deadline,
            "not within {LIMIT:?}: {what}; seen last: {seen}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
