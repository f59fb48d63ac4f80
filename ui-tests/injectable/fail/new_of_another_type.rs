use bun_server::prelude::*;

#[injectable(new = Self::connect)]
struct Pool;

impl Pool {
    async fn connect() -> Result<u32, std::fmt::Error> {
        Ok(1)
    }
}

fn main() {}
