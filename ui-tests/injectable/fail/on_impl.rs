use bun_server::prelude::*;

struct Orders;

#[injectable]
impl Orders {
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
