use bun_server::prelude::*;

struct Orders;

#[module(providers = [Orders])]
struct OrderModule;

fn main() {}
