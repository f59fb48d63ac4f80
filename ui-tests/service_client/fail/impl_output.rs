use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users")]
    async fn search(&self) -> Result<impl Iterator<Item = u8>, ClientError>;
}

fn main() {}
