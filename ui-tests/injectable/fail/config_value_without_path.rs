use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_value]
    size: u32,
}

fn main() {}
