use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_value(limits.page_size)]
    page_size: u32,
}

fn main() {}
