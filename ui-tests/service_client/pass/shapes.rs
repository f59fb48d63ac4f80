//! Methods of every shape.
use std::collections::HashMap;
use std::net::IpAddr;

use bun_server::prelude::*;

type Answer<T> = Result<T, ClientError>;

#[derive(Debug)]
pub struct Failure(ClientError);

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self(error)
    }
}

/// Docs are kept.
#[service_client(name = "user-service")]
pub(crate) trait UserApi: std::fmt::Debug {
    /// A lifetime, one elided, and a word that is a keyword.
    #[get("/users/{id}/{type}")]
    async fn find<'a>(&'a self, id: &'a str, r#type: u8, #[query] r#match: &str) -> Answer<String>;

    #[get("/users")]
    async fn search(
        &self,
        #[query] names: &[&str],
        #[query("page")] number: Option<u32>,
        #[query] tags: Vec<String>,
        #[header("x-address")] address: IpAddr,
    ) -> Result<Vec<HashMap<String, u64>>, Failure>;

    #[put("/users/{id}")]
    async fn replace(&self, id: u64, #[body] names: HashMap<&str, &str>) -> Answer<()>;

    #[patch("/users/{id}")]
    #[circuit_breaker(failure_rate = 20.5, window_size = 50, half_open_calls = 3, open_for = "1.5m")]
    async fn change(&self, id: u64, #[body] name: &str) -> Answer<()>;

    #[delete("/users/{id}")]
    #[policy(timeout = "2s")]
    async fn remove(&self, id: u64) -> Answer<()>;

    /// Not a call: made of others.
    async fn rename(&self, id: u64, name: &str) -> Answer<()> {
        self.remove(id).await?;
        self.change(id, name).await
    }

    #[cfg(any())]
    #[get("/never")]
    async fn never(&self, #[query] nothing: NotThere) -> Answer<NotThere>;

    #[cfg(not(any()))]
    #[get("/always")]
    async fn always(&self) -> Answer<String>;
}

#[derive(Debug)]
struct Mock;

#[async_trait]
impl UserApi for Mock {
    async fn find<'a>(&'a self, id: &'a str, _: u8, _: &str) -> Answer<String> {
        Ok(id.to_owned())
    }
    async fn search(
        &self,
        _: &[&str],
        _: Option<u32>,
        _: Vec<String>,
        _: IpAddr,
    ) -> Result<Vec<HashMap<String, u64>>, Failure> {
        Ok(Vec::new())
    }
    async fn replace(&self, _: u64, _: HashMap<&str, &str>) -> Answer<()> {
        Ok(())
    }
    async fn change(&self, _: u64, _: &str) -> Answer<()> {
        Ok(())
    }
    async fn remove(&self, _: u64) -> Answer<()> {
        Ok(())
    }
    async fn always(&self) -> Answer<String> {
        Ok(String::new())
    }
}

#[injectable]
struct Orders {
    users: Arc<dyn UserApi>,
}

impl Orders {
    async fn all(&self) -> Result<(), Failure> {
        self.users.find("1", 2, "3").await?;
        self.users.search(&["a"], None, Vec::new(), IpAddr::from([127, 0, 0, 1])).await?;
        self.users.replace(1, HashMap::from([("name", "x")])).await?;
        self.users.rename(1, "x").await?;
        self.users.always().await?;
        Ok(())
    }
}

fn main() {
    let mock = Orders { users: Arc::new(Mock) };
    drop(mock.all());
    if let Err(Failure(error)) = Err::<(), _>(Failure::from(never())) {
        drop(error);
    }
}

fn never() -> ClientError {
    std::process::exit(0)
}
