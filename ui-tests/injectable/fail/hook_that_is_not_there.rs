use bun_server::prelude::*;

#[injectable(on_start = Self::migrate)]
struct Orders;

fn main() {}
