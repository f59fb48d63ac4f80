use bun_server::prelude::*;

#[injectable]
fn orders() {}

fn main() {
    orders();
}
