use bun_server::prelude::*;

#[injectable(qualifier = Missing)]
struct Pool;

fn main() {}
