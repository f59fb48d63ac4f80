use bun_server::prelude::*;

#[injectable]
struct Orders {
    #[default]
    seen: std::cell::Cell<u32>,
}

fn main() {}
