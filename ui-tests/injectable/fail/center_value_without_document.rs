use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_center_value(key = "limits")]
    page_size: u32,
}

fn main() {}
