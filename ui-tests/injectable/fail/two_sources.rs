use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_value("orders.size")]
    #[default]
    size: u32,
}

fn main() {}
