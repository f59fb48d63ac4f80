use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users")]
    async fn search(&self) -> Result<String, ClientError> {
        //~^ a method with a path has no body
        Ok(String::new())
    }
}

fn main() {}
