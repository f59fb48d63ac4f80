use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi<T> {
    //~^ a service client has no type parameters
    #[get("/users/{id}")]
    async fn find(&self, id: u64) -> Result<T, ClientError>;
}

fn main() {}
