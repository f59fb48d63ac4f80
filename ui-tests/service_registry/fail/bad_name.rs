use bun_server::prelude::*;

#[service_registry(name = "order service")]
//~^ not a service name
#[module]
struct OrderModule;

fn main() {}
