use bun_server::prelude::*;

struct Limits;

#[injectable]
struct Orders {
    #[config_value("limits")]
    limits: ConfigValue<Limits>,
}

fn main() {}
