use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    async fn find(&self, id: u64) -> Result<String, ClientError>;
    //~^ say what is called: `#[get("/path")]`, or give the method a body
}

fn main() {}
