use bun_server::prelude::*;

#[service_registry(metadata("nacos.weight" = "2", zone = 3))]
#[module]
struct OrderModule;

fn main() {}
