use bun_server::prelude::*;

struct NewUser {
    name: String,
}

#[service_client(name = "user-service")]
trait UserApi {
    #[post("/users")]
    async fn create(&self, #[body] user: &NewUser) -> Result<String, ClientError>;
    //~^ `NewUser` cannot be sent as JSON
}

fn main() {}
