use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    async fn find<T: Send>(&self, id: u64) -> Result<T, ClientError>;
    //~^ a call has no type parameters: the client is injected as `dyn Trait`
}

fn main() {}
