use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_value("limits.page_size", default = 4 * 5)]
    page_size: u32,
}

fn main() {}
