use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[post("/users")]
    async fn search(&self, #[query(page)] p: u32, #[body(json)] filter: &str) -> Result<String, ClientError>;
}

fn main() {}
