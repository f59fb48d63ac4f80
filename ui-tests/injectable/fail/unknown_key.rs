use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_center_value(dataid = "order.yaml")]
    title: ConfigValue<String>,
}

fn main() {}
