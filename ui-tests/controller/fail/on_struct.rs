use bun_server::prelude::*;

#[controller("/orders")]
#[injectable]
struct Orders;
//~^ `#[controller]` stands on an `impl` block

fn main() {}
