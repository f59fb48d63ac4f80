use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[post("/users")]
    async fn create(&self, #[body] name: &str, #[body] age: &u32) -> Result<String, ClientError>;
    //~^ a call has one body
}

fn main() {}
