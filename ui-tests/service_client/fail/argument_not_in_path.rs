use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users")]
    async fn search(&self, name: &str) -> Result<String, ClientError>;
    //~^ `name` is not in the path: write `{name}` there, or mark the argument `#[query]`, `#[header("..")]` or `#[body]`
}

fn main() {}
