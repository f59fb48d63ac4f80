use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users")]
    async fn search(&self, #[query] q: impl Into<String>) -> Result<String, ClientError>;
}

fn main() {}
