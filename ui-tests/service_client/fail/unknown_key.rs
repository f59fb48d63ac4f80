use bun_server::prelude::*;

#[service_client(service = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, id: u64) -> Result<String, ClientError>;
}

fn main() {}
