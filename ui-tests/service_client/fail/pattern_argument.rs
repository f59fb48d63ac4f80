use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, _: u64) -> Result<String, ClientError>;
    //~^ an argument of a call has a name
}

fn main() {}
