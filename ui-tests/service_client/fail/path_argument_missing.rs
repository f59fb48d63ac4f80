use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/{id}/orders/{order}")]
    //~^ the path has `{order}`, and `find` no argument `order`
    async fn find(&self, id: u64) -> Result<String, ClientError>;
}

fn main() {}
