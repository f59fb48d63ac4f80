use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_value(limits.page_size)]
    //~^ write the key: `#[config_value("limits.page_size", default = 20)]`
    page_size: u32,
}

fn main() {}
