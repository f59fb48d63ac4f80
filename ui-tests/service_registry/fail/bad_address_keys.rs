use bun_server::prelude::*;

#[service_registry(name = "", group = 5, cluster, version = 1.4)]
#[module]
struct OrderModule;

fn main() {}
