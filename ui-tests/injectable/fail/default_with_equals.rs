use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[default = 20]
    size: u32,
}

fn main() {}
