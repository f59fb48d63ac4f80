use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_value("limits.page_size", default = 4 * 5)]
    //~^ a default is a literal: a string, a number or a bool
    page_size: u32,
}

fn main() {}
