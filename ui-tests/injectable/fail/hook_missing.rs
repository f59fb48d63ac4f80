use bun_server::prelude::*;

#[injectable(on_start = Self::opne)]
struct Pool;

impl Pool {
    async fn open(&self) {}
}

fn main() {}
