use bun_server::prelude::*;

#[injectable(on_stop = Self::close)]
//~^ a hook cannot return `u32`
struct Pool;

impl Pool {
    async fn close(&self) -> u32 {
        1
    }
}

fn main() {}
