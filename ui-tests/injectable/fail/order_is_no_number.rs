use bun_server::prelude::*;

#[injectable(order = "first")]
struct Pool;

fn main() {}
