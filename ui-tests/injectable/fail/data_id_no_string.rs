use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_center_value(data_id = order_yaml)]
    size: u32,
}

fn main() {}
