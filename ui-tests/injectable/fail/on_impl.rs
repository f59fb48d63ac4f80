use bun_server::prelude::*;

struct Orders;

#[injectable]
impl Orders {
    //~^ `#[injectable]` stands on a struct
    fn count(&self) -> usize {
        0
    }
}

fn main() {}
