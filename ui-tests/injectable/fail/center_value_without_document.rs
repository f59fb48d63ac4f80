use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_center_value(key = "limits")]
    //~^ name the document: `#[config_center_value(data_id = "order.yaml", key = "limits")]`
    page_size: u32,
}

fn main() {}
