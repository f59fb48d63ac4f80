use bun_server::prelude::*;

const SIZE: u32 = 20;

#[injectable]
struct Orders {
    #[config_value("orders.size", default = SIZE)]
    size: u32,
}

fn main() {}
