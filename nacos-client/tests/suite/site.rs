//! Where a case runs, and the modules that make the split visible.

use std::future::Future;
use std::time::Duration;

use nacos_client::testing::TestServer;
use nacos_client::{ClientBuilder, NacosClient};

const USER: &str = "nacos";
const PASSWORD: &str = "a password of the tests";

/// A server and a namespace of its own for one case.
pub(crate) struct Site {
    pub(crate) server: Option<TestServer>,
    address: String,
    credentials: Option<(String, String)>,
    pub(crate) namespace: String,
}

fn random_namespace() -> String {
    format!("case-{:012x}", fastrand::u64(..) >> 16)
}

impl Site {
    fn of(server: TestServer, credentials: Option<(String, String)>) -> Self {
        Self {
            address: server.address(),
            server: Some(server),
            credentials,
            namespace: random_namespace(),
        }
    }

    pub(crate) async fn test_server() -> Option<Self> {
        Some(Self::of(TestServer::start().await.unwrap(), None))
    }

    pub(crate) async fn test_server_with(token_life: Duration) -> Option<Self> {
        let server = TestServer::builder()
            .auth(USER, PASSWORD, token_life)
            .start()
            .await
            .unwrap();
        Some(Self::of(server, Some((USER.to_owned(), PASSWORD.to_owned()))))
    }

    pub(crate) async fn test_server_auth() -> Option<Self> {
        Self::test_server_with(Duration::from_secs(3)).await
    }

    /// `None` only when the variable is unset; a server that does not answer fails the case.
    pub(crate) async fn real_open() -> Option<Self> {
        let address = std::env::var("NACOS_ADDR").ok()?;
        Some(Self::real(address, None).await)
    }

    pub(crate) async fn real_auth() -> Option<Self> {
        let address = std::env::var("NACOS_AUTH_ADDR").ok()?;
        let variable = |name| std::env::var(name).unwrap_or_else(|_| panic!("{name} is unset"));
        let credentials = (variable("NACOS_USERNAME"), variable("NACOS_PASSWORD"));
        Some(Self::real(address, Some(credentials)).await)
    }

    async fn real(address: String, credentials: Option<(String, String)>) -> Self {
        let site = Self {
            server: None,
            address,
            credentials,
            namespace: random_namespace(),
        };
        let ready = site.client().ready().await;
        assert!(ready.is_ok(), "the real server does not answer: {ready:?}");
        site
    }

    pub(crate) fn is_real(&self) -> bool {
        self.server.is_none()
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// A client of these servers, in the case's namespace.
    pub(crate) fn builder_for(&self, servers: &str) -> ClientBuilder {
        let builder = NacosClient::builder(servers)
            .namespace(&self.namespace)
            .poll_interval(Duration::from_millis(100));
        match &self.credentials {
            Some((username, password)) => builder.credentials(username, password),
            None => builder,
        }
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        self.builder_for(&self.address)
    }

    pub(crate) fn client(&self) -> NacosClient {
        self.builder().build().unwrap()
    }

    /// The user of this server, and a password that is not theirs.
    pub(crate) fn wrong_credentials(&self) -> (String, String) {
        let user = self.credentials.as_ref().map_or(USER, |(user, _)| user);
        (user.to_owned(), "surely-not-the-password".to_owned())
    }
}

/// Asks again until the answer is there; real servers are consistent after a second or so.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "not within 10 s: {what}");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// Runs a future that must end soon.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(Duration::from_secs(15), future).await {
        Ok(value) => value,
        Err(_) => panic!("not within 15 s: {what}"),
    }
}

/// One module for each place, with every case in it.
macro_rules! legs {
    ($cases:tt; $($leg:ident = $site:expr;)*) => { $(leg!($leg, $site, $cases);)* };
}

macro_rules! leg {
    ($leg:ident, $site:expr, [$($case:ident),* $(,)?]) => {
        mod $leg {
            use crate::site::Site;
            $(
                #[tokio::test]
                async fn $case() {
                    if let Some(site) = $site.await {
                        super::$case(site).await;
                    }
                }
            )*
        }
    };
}

macro_rules! cases {
    ($($case:ident),* $(,)?) => {
        legs! {
            [$($case),*];
            test_server = Site::test_server();
            test_server_auth = Site::test_server_auth();
            real_open = Site::real_open();
            real_auth = Site::real_auth();
        }
    };
}

/// Cases that need authentication.
macro_rules! auth_cases {
    ($($case:ident),* $(,)?) => {
        legs! {
            [$($case),*];
            test_server = Site::test_server_auth();
            real_auth = Site::real_auth();
        }
    };
}
