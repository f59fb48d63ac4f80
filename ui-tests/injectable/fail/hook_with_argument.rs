use bun_server::prelude::*;

#[injectable(on_start = Self::open)]
struct Pool;

impl Pool {
    async fn open(&self, _retries: u32) {}
}

fn main() {}
