use bun_server::prelude::*;

#[injectable(on_start = Self::migrate)]
struct Orders;

impl Orders {
    fn migrate(&self) {}
}

fn main() {}
