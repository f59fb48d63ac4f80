use bun_server::prelude::*;

#[injectable]
struct Orders;

#[module(provider = [Orders])]
struct OrderModule;

fn main() {}
