use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    #[policy(timeout = "soon", retry(max_retries = 2))]
    //~^ unknown key `retry`, expected one of `timeout`, `circuit_breaker`
    //~^^ not a duration
    async fn find(&self, id: u64) -> Result<String, ClientError>;
}

fn main() {}
