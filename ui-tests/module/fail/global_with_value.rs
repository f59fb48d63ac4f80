use bun_server::prelude::*;

#[module(global = true)]
struct OrderModule;

fn main() {}
