use bun_server::prelude::*;

#[injectable]
struct Orders;

#[module(controllers = [Orders])]
struct OrderModule;

fn main() {}
