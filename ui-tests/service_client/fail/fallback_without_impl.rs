use bun_server::prelude::*;

#[injectable]
struct Guests;

#[service_client(name = "user-service", fallback = Guests)]
//~^ the trait bound `Guests: UserApi` is not satisfied
trait UserApi {
    #[get("/users/{id}")]
    async fn find(&self, id: u64) -> Result<String, ClientError>;
}

fn main() {}
