use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    type User;
    const LIMIT: u32;

    #[get("/users/{id}")]
    async fn find(&self, id: u64) -> Result<String, ClientError>;
}

fn main() {}
