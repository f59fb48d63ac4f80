use bun_server::prelude::*;

struct UserId(u64);

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, id: UserId) -> Result<String, ClientError>;
}

fn main() {}
