use bun_server::prelude::*;

#[injectable]
union Orders {
    one: u8,
}

fn main() {}
