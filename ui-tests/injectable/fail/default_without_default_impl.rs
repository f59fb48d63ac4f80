use bun_server::prelude::*;

struct Counter;

#[injectable]
struct Orders {
    #[default]
    hits: Counter,
}

fn main() {}
