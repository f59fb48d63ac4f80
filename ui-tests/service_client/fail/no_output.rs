use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[delete("/users/{id}")]
    async fn remove(&self, id: u64);
    //~^ a call returns `Result<T, ClientError>`
}

fn main() {}
