use bun_server::prelude::*;

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users/{id}")]
    #[policy(circuit_breaker(failure_rate = 50))]
    #[circuit_breaker(failure_rate = 20)]
    //~^ a method has one circuit breaker: keep one of them
    async fn find(&self, id: u64) -> Result<String, ClientError>;
}

fn main() {}
