use bun_server::prelude::*;

#[module(providers = [Orders::new()])]
//~^ a list of types: write `providers = [Component]`
struct OrderModule;

#[injectable]
struct Orders;

impl Orders {
    fn new() -> Self {
        Self
    }
}

fn main() {}
