use bun_server::prelude::*;

struct Pool;

#[provider(name = "pool")]
fn pool() -> Pool {
    Pool
}

fn main() {}
