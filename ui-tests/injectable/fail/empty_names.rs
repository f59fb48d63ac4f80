use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_value("")]
    title: String,
    #[config_center_value(data_id = "", key = "limits")]
    limits: u32,
}

fn main() {}
