use bun_server::prelude::*;

#[injectable]
#[derive(Injectable)]
struct Twice;

fn main() {}
