use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/count")]
    async fn count(&self) -> u32;
    //~^ a method of a service client cannot return `u32`
}

fn main() {}
