use bun_server::prelude::*;

enum Mode {
    Fast,
}

#[injectable]
struct Orders {
    #[default]
    mode: Mode,
}

fn main() {}
