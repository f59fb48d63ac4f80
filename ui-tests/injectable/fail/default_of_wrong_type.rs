use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[default("many")]
    size: u32,
}

fn main() {}
