use bun_server::prelude::*;

struct Pool(u32);

#[provider]
fn pool(#[default(5)] size: u32) -> Pool {
    Pool(size)
}

fn main() {}
