use bun_server::prelude::*;

#[service_registry(name = "order-service", weight = -1)]
#[module]
struct OrderModule;

fn main() {}
