use bun_server::prelude::*;

struct Orders;

#[module(providers = [Orders])]
//~^ `Orders` is not a component
//~^^ write `#[injectable]` on `struct Orders`
struct OrderModule;

fn main() {}
