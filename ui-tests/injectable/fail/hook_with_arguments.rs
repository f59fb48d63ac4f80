use bun_server::prelude::*;

#[injectable(on_stop = Self::close)]
struct Orders;

impl Orders {
    async fn close(&self, _: u32) {}
}

fn main() {}
