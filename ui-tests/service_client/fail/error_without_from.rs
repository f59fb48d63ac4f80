use bun_server::prelude::*;

enum Failure {
    Unknown,
}

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, id: u64) -> Result<String, Failure>;
    //~^ a method of a service client cannot return
}

fn main() {}
