use bun_server::prelude::*;

#[injectable(scope = transient, on_start = Self::open, on_stop = Self::close)]
pub struct Connection;

impl Connection {
    async fn open(&self) {}
    async fn close(&self) {}
}

fn main() {}
