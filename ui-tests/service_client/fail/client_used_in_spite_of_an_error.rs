//! What uses the broken client is not blamed as well.
use bun_server::prelude::*;

#[service_client(nam = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, id: u64) -> Result<String, ClientError>;
}

#[injectable]
struct Orders {
    users: Arc<dyn UserApi>,
}

#[module(providers = [UserApiClient, Orders])]
struct OrderModule;

fn main() {}
