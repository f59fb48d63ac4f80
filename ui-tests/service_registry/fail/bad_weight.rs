use bun_server::prelude::*;

#[service_registry(name = "order-service", weight = -1)]
//~^ a weight is a number from 0 to 10000
#[module]
struct OrderModule;

fn main() {}
