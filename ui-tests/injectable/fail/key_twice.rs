use bun_server::prelude::*;

#[injectable(on_start = Self::open, on_start = Self::open)]
struct Pool;

impl Pool {
    async fn open(&self) {}
}

fn main() {}
