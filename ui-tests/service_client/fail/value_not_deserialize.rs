use bun_server::prelude::*;

struct User;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, id: u64) -> Result<User, ClientError>;
    //~^ a method of a service client cannot return
}

fn main() {}
