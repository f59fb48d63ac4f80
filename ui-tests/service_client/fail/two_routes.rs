use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users")]
    #[post("/users")]
    //~^ a method calls one path: keep one of the attributes
    async fn search(&self) -> Result<String, ClientError>;
}

fn main() {}
