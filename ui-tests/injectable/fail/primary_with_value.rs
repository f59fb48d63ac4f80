use bun_server::prelude::*;

#[injectable(primary = true)]
struct Pool;

fn main() {}
