use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[config_center_value(dataid = "order.yaml")]
    //~^ unknown key `dataid`: did you mean `data_id`? expected one of `data_id`, `group`, `namespace`, `key`, `default`, `required`
    title: String,
}

fn main() {}
