use bun_server::prelude::*;

#[injectable(on_stop = Self::close)]
struct Pool;

impl Pool {
    async fn close(&mut self) {}
}

fn main() {}
