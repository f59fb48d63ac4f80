use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users")]
    async fn search(&self, #[header] tenant: &str) -> Result<String, ClientError>;
    //~^ name the header: `#[header("x-tenant")]`
}

fn main() {}
