use bun_server::prelude::*;

#[module(imports, providers)]
struct OrderModule;

fn main() {}
