use bun_server::prelude::*;

#[module(providers = [Orders])]
struct OrderModule {
    orders: Arc<Orders>,
}

#[injectable]
struct Orders;

fn main() {}
