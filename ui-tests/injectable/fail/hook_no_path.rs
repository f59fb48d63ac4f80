use bun_server::prelude::*;

#[injectable(on_start = "migrate")]
struct Orders;

fn main() {}
