use bun_server::prelude::*;

#[service_client(name = "http://user-service")]
//~^ not a service name
trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, id: u64) -> Result<String, ClientError>;
}

fn main() {}
