use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    async fn find(&mut self, id: u64) -> Result<String, ClientError>;
}

fn main() {}
