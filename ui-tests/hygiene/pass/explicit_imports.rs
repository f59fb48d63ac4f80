//! Importing the attributes one by one leaves no import unused.
use std::sync::Arc;

use bun_server::microservice::governance::{Governance, Rejected};
use bun_server::microservice::service_client::ClientError;
use bun_server::{circuit_breaker, controller, get, injectable, module, policy, post, service_client};

#[service_client(name = "user-service")]
pub trait UserApi {
    #[get("/users/{id}")]
    #[policy(timeout = "1s")]
    async fn find(&self, id: u64) -> Result<String, ClientError>;
}

#[injectable]
pub struct Orders {
    pub users: Arc<dyn UserApi>,
    pub governance: Governance,
}

#[controller("/orders")]
impl Orders {
    #[post("")]
    async fn create(&self) -> String {
        self.counted().await.map_or_else(|error| error.to_string(), |count| count.to_string())
    }

    #[circuit_breaker(name = "count")]
    async fn counted(&self) -> Result<u32, Rejected> {
        Ok(1)
    }
}

#[module(providers = [UserApiClient], controllers = [Orders])]
pub struct OrderModule;

fn main() {
    let _ = OrderModule;
}
