use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[post("/users")]
    async fn create(&self, #[query] #[body] name: &str) -> Result<String, ClientError>;
    //~^ an argument goes to one place: keep one of its attributes
}

fn main() {}
