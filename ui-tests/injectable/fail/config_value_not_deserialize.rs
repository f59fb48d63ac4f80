use bun_server::prelude::*;

struct Limits;

#[injectable]
struct Orders {
    #[config_value("limits")]
    limits: Limits,
}

fn main() {}
