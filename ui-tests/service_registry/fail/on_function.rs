use bun_server::prelude::*;

#[service_registry(name = "order-service")]
fn module() {}
//~^ `#[service_registry]` stands on a module or component

fn main() {}
