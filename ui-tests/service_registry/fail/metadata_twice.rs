use bun_server::prelude::*;

#[service_registry(metadata(zone = "a", zone = "b"))]
#[module]
struct OrderModule;

fn main() {}
