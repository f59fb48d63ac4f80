use bun_server::prelude::*;

#[service_client]
//~^ name the service: `#[service_client(name = "user-service")]`
trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, id: u64) -> Result<String, ClientError>;
}

fn main() {}
