use bun_server::prelude::*;

#[service_registry(metadata(zone = "a", zone = "b"))]
//~^ `zone` is given twice
#[module]
struct OrderModule;

fn main() {}
