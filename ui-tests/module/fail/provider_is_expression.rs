use bun_server::prelude::*;

#[module(providers = [Orders::new()])]
struct OrderModule;

#[injectable]
struct Orders;

impl Orders {
    fn new() -> Self {
        Self
    }
}

fn main() {}
