use bun_server::prelude::*;

struct Filter {
    name: String,
}

#[service_client(name = "user-service")]
trait UserApi {
    #[get("/users")]
    async fn search(&self, #[query] filter: Filter) -> Result<String, ClientError>;
    //~^ `Filter` cannot be written into a path, a query or a header
}

fn main() {}
