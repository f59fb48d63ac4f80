use bun_server::prelude::*;

#[service_registry(name = "order-service", wieght = 2)]
#[module]
struct OrderModule;

fn main() {}
