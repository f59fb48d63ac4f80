//! What stands behind the abstractions in one test.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bun_server::prelude::*;
use nacos_client::testing::TestServer;
use nacos_client::{ClientBuilder, NacosClient};
use tokio::runtime::Runtime;

use crate::unique;

/// Which row it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Memory,
    TestServer,
    RealOpen,
    RealAuth,
}

/// A config center and a registry that belong to one test: a namespace of its own, on whatever server.
#[derive(Clone, Debug)]
pub struct Row {
    pub kind: Kind,
    pub namespace: String,
    pub center: MemoryConfigCenter,
    pub registry: MemoryServiceRegistry,
    pub nacos: Option<Nacos>,
    pub server: Option<Arc<TestServer>>,
}

/// Where a Nacos is, and who asks.
#[derive(Clone, Debug)]
pub struct Nacos {
    pub address: String,
    pub credentials: Option<(String, String)>,
}

/// Between two looks at a document or a list.
pub const POLL: Duration = Duration::from_millis(300);
/// Between two beats of an application: the server waits six seconds for one that is late.
pub const APPLICATION_BEAT: Duration = Duration::from_secs(2);
/// Between two beats of a registration without an application.
pub const BEAT: Duration = Duration::from_millis(500);
/// By then a change has arrived: a look, a confirmation, and a slow machine.
pub const ARRIVED: Duration = Duration::from_secs(20);
/// For one answer of a server: a login takes a tenth of a second of a free processor, and many tests log in at once.
pub const PATIENCE: Duration = Duration::from_secs(10);

impl Nacos {
    #[must_use]
    pub fn of(server: &TestServer) -> Self {
        Self {
            address: server.address(),
            credentials: None,
        }
    }

    /// Acts or looks behind the framework's back, with a client that all tests share: a login costs a server a tenth of a
    /// second.
    pub async fn ask<T: Send + 'static, Asked: Future<Output = T> + Send + 'static>(
        &self,
        ask: impl FnOnce(NacosClient) -> Asked + Send + 'static,
    ) -> T {
        static CLIENTS: Mutex<BTreeMap<String, NacosClient>> = Mutex::new(BTreeMap::new());
        let nacos = self.clone();
        // Connections of a client die with the runtime that made them: these have one that outlives every test.
        let asked = runtime().spawn(async move {
            let client = {
                let mut clients = CLIENTS.lock().unwrap_or_else(PoisonError::into_inner);
                clients
                    .entry(format!("{nacos:?}"))
                    .or_insert_with(|| nacos.client())
                    .clone()
            };
            ask(client).await
        });
        asked.await.expect("an answer")
    }

    /// A client of the test's own.
    #[must_use]
    pub fn client(&self) -> NacosClient {
        let builder: ClientBuilder = NacosClient::builder(&self.address)
            .attempt_timeout(PATIENCE)
            .call_timeout(PATIENCE * 2);
        let builder = match &self.credentials {
            Some((username, password)) => builder.credentials(username, password),
            None => builder,
        };
        builder.build().expect("the address of a Nacos")
    }
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(1).enable_all().build().expect("a runtime")
    })
}

impl Row {
    /// On a Nacos that the test brings.
    #[must_use]
    pub fn with(kind: Kind, nacos: Nacos) -> Self {
        Self::new(kind, Some(nacos))
    }

    fn new(kind: Kind, nacos: Option<Nacos>) -> Self {
        Self {
            kind,
            namespace: unique("bun-tests"),
            center: MemoryConfigCenter::new(),
            registry: MemoryServiceRegistry::new(),
            nacos,
            server: None,
        }
    }

    #[expect(clippy::unused_async, reason = "all rows are made alike")]
    pub async fn memory() -> Option<Self> {
        Some(Self::new(Kind::Memory, None))
    }

    pub async fn test_server() -> Option<Self> {
        Some(Self::on(TestServer::start().await.expect("a free port")))
    }

    /// On a server that the test has made itself.
    #[must_use]
    pub fn on(server: TestServer) -> Self {
        let row = Self::new(Kind::TestServer, Some(Nacos::of(&server)));
        Self {
            server: Some(Arc::new(server)),
            ..row
        }
    }

    pub async fn real_open() -> Option<Self> {
        let address = std::env::var("NACOS_ADDR").ok()?;
        let nacos = Nacos {
            address,
            credentials: None,
        };
        Some(Self::real(Kind::RealOpen, nacos).await)
    }

    pub async fn real_auth() -> Option<Self> {
        let address = std::env::var("NACOS_AUTH_ADDR").ok()?;
        let variable =
            |name| std::env::var(name).unwrap_or_else(|_| panic!("{name} must be set beside NACOS_AUTH_ADDR"));
        let nacos = Nacos {
            address,
            credentials: Some((variable("NACOS_USERNAME"), variable("NACOS_PASSWORD"))),
        };
        Some(Self::real(Kind::RealAuth, nacos).await)
    }

    async fn real(kind: Kind, nacos: Nacos) -> Self {
        if let Err(error) = nacos.ask(|client| async move { client.ready().await }).await {
            panic!("the real Nacos at {} is not ready: {error}", nacos.address);
        }
        Self::new(kind, Some(nacos))
    }

    /// The Nacos of a row that has one.
    #[must_use]
    pub fn nacos(&self) -> &Nacos {
        self.nacos.as_ref().expect("a row with a Nacos")
    }

    /// The server of a row that has one in this process.
    #[must_use]
    pub fn server(&self) -> &TestServer {
        self.server.as_deref().expect("a row with a TestServer")
    }

    /// How messages begin to name the server.
    #[must_use]
    pub fn kind_of_address(&self) -> &'static str {
        if self.kind == Kind::Memory {
            "memory://"
        } else {
            "nacos://"
        }
    }

    /// The provider of documents.
    #[must_use]
    pub fn nacos_center(&self) -> NacosConfigCenter {
        let Nacos { address, credentials } = self.nacos();
        let center = NacosConfigCenter::builder(address)
            .namespace(&self.namespace)
            .request_timeout(PATIENCE);
        match credentials {
            Some((username, password)) => center.credentials(username, password),
            None => center,
        }
    }

    /// The provider of instances.
    #[must_use]
    pub fn nacos_registry(&self) -> NacosServiceRegistry {
        let Nacos { address, credentials } = self.nacos();
        let registry = NacosServiceRegistry::builder(address)
            .namespace(&self.namespace)
            .request_timeout(PATIENCE);
        match credentials {
            Some((username, password)) => registry.credentials(username, password),
            None => registry,
        }
    }

    /// What an application of this row imports, with short intervals.
    #[must_use]
    pub fn options(&self) -> MicroserviceOptions {
        let options = MicroserviceOptions::builder();
        let options = match self.kind {
            Kind::Memory => options
                .config_center(self.center.clone())
                .service_registry(self.registry.clone()),
            _ => options
                .config_center(self.nacos_center())
                .service_registry(self.nacos_registry()),
        };
        options.poll_interval(POLL).heartbeat_interval(APPLICATION_BEAT)
    }

    /// The same for an application that is a process of its own.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let Nacos { address, credentials } = self.nacos();
        let url = format!("nacos://{address}?namespace={}", self.namespace);
        let milliseconds = |duration: Duration| format!("{}ms", duration.as_millis());
        let mut variables = vec![
            ("BUN_SERVER__ADDRESS", "127.0.0.1".to_owned()),
            ("BUN_SERVER__PORT", "0".to_owned()),
            ("BUN_CONFIG_CENTER__URL", url.clone()),
            ("BUN_CONFIG_CENTER__POLL_INTERVAL", milliseconds(POLL)),
            ("BUN_CONFIG_CENTER__REQUEST_TIMEOUT", milliseconds(PATIENCE)),
            ("BUN_SERVICE_REGISTRY__REQUEST_TIMEOUT", milliseconds(PATIENCE)),
            ("BUN_SERVICE_REGISTRY__URL", url),
            ("BUN_SERVICE_REGISTRY__POLL_INTERVAL", milliseconds(POLL)),
            (
                "BUN_SERVICE_REGISTRY__HEARTBEAT_INTERVAL",
                milliseconds(APPLICATION_BEAT),
            ),
        ];
        if let Some((username, password)) = credentials {
            for (user, secret) in [
                ("BUN_CONFIG_CENTER__USERNAME", "BUN_CONFIG_CENTER__PASSWORD"),
                ("BUN_SERVICE_REGISTRY__USERNAME", "BUN_SERVICE_REGISTRY__PASSWORD"),
            ] {
                variables.push((user, username.clone()));
                variables.push((secret, password.clone()));
            }
        }
        variables
    }
}
