use bun_server::prelude::*;

#[injectable(on_start = Self::migrate)]
struct Orders;

impl Orders {
    async fn migrate(&self) -> u32 {
        0
    }
}

fn main() {}
