use bun_server::prelude::*;

#[service_registry(metadata("nacos.weight" = "2", zone = 3))]
//~^ metadata keys that begin with `nacos.` are reserved
//~^^ write `key = "value"`
#[module]
struct OrderModule;

fn main() {}
