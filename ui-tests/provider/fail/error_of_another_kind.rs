use bun_server::prelude::*;

struct Failure;

struct Pool;

#[provider]
fn pool() -> Result<Pool, Failure> {
    Err(Failure)
}

fn main() {}
