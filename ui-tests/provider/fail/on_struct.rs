use bun_server::prelude::*;

#[provider]
struct Pool;

fn main() {}
