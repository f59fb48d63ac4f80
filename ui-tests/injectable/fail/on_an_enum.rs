use bun_server::prelude::*;

#[injectable]
enum Orders {
    One,
}

fn main() {}
