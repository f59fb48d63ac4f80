use bun_server::prelude::*;

#[service_registry(name = "order service")]
#[module]
struct OrderModule;

fn main() {}
