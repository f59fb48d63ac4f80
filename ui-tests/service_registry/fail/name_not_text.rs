use bun_server::prelude::*;

#[service_registry(name = order)]
#[module]
struct OrderModule;

fn main() {}
