use bun_server::prelude::*;

#[service_registry(name = "order-service")]
fn module() {}

fn main() {}
