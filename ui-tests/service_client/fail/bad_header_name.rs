use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users")]
    async fn search(&self, #[header("x tenant")] tenant: &str) -> Result<String, ClientError>;
    //~^ not the name of a header
}

fn main() {}
