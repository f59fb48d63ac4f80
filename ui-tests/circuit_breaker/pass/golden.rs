//! golden/03, what is built of it.
use bun_server::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    pub id: u64,
    pub name: String,
}

impl User {
    fn guest(id: u64) -> Self {
        Self { id, name: "guest".into() }
    }
}

#[derive(Debug, Serialize)]
pub struct NewUser {
    pub name: String,
}

/// The trait is the client, the mock and the documentation.
#[service_client(name = "user-service", fallback = GuestUsers)]
pub trait UserApi {
    /// One user.
    #[get("/users/{id}")]
    #[policy(timeout = "800ms", circuit_breaker(failure_rate = 50, minimum_calls = 10))]
    async fn find(&self, id: u64) -> Result<User, ClientError>;

    #[get("/users")]
    async fn search(&self, #[query] q: &str, #[header("x-tenant")] tenant: &str) -> Result<Vec<User>, ClientError>;

    #[post("/users")]
    async fn create(&self, #[body] user: &NewUser) -> Result<User, ClientError>;
}

#[injectable]
pub struct GuestUsers;

#[async_trait]
impl UserApi for GuestUsers {
    async fn find(&self, id: u64) -> Result<User, ClientError> {
        Ok(User::guest(id))
    }

    async fn search(&self, _: &str, _: &str) -> Result<Vec<User>, ClientError> {
        Ok(Vec::new())
    }

    async fn create(&self, user: &NewUser) -> Result<User, ClientError> {
        Ok(User { id: 0, name: user.name.clone() })
    }
}

#[injectable]
pub struct Checkout {
    users: Arc<dyn UserApi>,
    client: ServiceClient,
    governance: Governance,
}

#[derive(Debug)]
pub struct CheckoutError(pub String);

impl From<ClientError> for CheckoutError {
    fn from(error: ClientError) -> Self {
        Self(error.to_string())
    }
}

impl Checkout {
    #[circuit_breaker(
        name = "owner",
        failure_rate = 50,
        minimum_calls = 10,
        open_for = "30s",
        fallback = Self::guest
    )]
    pub async fn owner(&self, id: u64) -> Result<User, CheckoutError> {
        Ok(self.users.find(id).await?)
    }

    /// Receives the arguments and the cause: rejected by a policy, or failed.
    async fn guest(&self, id: u64, cause: CallError<CheckoutError>) -> Result<User, CheckoutError> {
        match cause {
            CallError::Rejected(_) => Ok(User::guest(id)),
            CallError::Failed(error) => Err(error),
        }
    }

    /// Without a trait.
    pub async fn stock(&self, sku: &str) -> Result<u32, ClientError> {
        self.client
            .get("stock-service", "/stock/{sku}")
            .path("sku", sku)
            .query("region", "cn")
            .header("x-tenant", "acme")
            .timeout(Duration::from_millis(300))
            .json()
            .await
    }
}

#[module(providers = [GuestUsers, UserApiClient, Checkout], exports = [Checkout])]
pub struct CheckoutModule;

fn main() {}
