use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_value("orders", "size")]
    size: u32,
}

fn main() {}
