use bun_server::prelude::*;

#[injectable(on_stop = Self::close)]
struct Pool;

impl Pool {
    async fn close(&self) -> u32 {
        1
    }
}

fn main() {}
