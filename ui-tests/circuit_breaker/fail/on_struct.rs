use bun_server::prelude::*;

#[circuit_breaker(name = "owner")]
#[injectable]
struct Owners;
//~^ `#[circuit_breaker]` stands on an `async fn` of a component

fn main() {}
