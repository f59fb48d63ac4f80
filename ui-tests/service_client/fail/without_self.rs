use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    async fn find(id: u64) -> Result<String, ClientError>;
    //~^ a call begins with `&self`
}

fn main() {}
