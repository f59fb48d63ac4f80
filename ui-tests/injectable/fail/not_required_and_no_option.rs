use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_value("limits.size", required = false)]
    size: u32,
}

fn main() {}
