use bun_server::prelude::*;

#[injectable]
struct Orders;

#[module(controllers = [Orders])]
//~^ `Orders` is not a controller
struct OrderModule;

fn main() {}
