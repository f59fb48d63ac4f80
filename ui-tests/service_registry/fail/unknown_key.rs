use bun_server::prelude::*;

#[service_registry(name = "order-service", wieght = 2)]
//~^ unknown key `wieght`: did you mean `weight`?
#[module]
struct OrderModule;

fn main() {}
