use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[default("five")]
    retries: u32,
}

fn main() {}
