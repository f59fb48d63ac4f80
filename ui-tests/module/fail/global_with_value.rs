use bun_server::prelude::*;

#[module(global = true)]
//~^ `global` takes no value
struct OrderModule;

fn main() {}
