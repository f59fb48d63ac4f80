use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("users")]
    async fn all(&self) -> Result<String, ClientError>;

    #[get("")]
    async fn root(&self) -> Result<String, ClientError>;
}

fn main() {}
