use bun_server::prelude::*;

struct Limits {
    page_size: u32,
}

#[injectable]
struct Orders {
    #[config_value("limits")]
    limits: ConfigValue<Limits>,
}

fn main() {}
