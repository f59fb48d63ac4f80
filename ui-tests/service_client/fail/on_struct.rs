use bun_server::prelude::*;

#[service_client(name = "user-service")]
struct UserApi;
//~^ `#[service_client]` stands on a trait

fn main() {}
