use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    fn find(&self, id: u64) -> Result<String, ClientError>;
    //~^ a call is an `async fn`
}

fn main() {}
