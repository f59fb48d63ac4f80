use bun_server::prelude::*;

#[injectable(new = Self::connect)]
struct Pool {
    #[default]
    size: u32,
}

impl Pool {
    fn connect() -> Self {
        Self { size: 5 }
    }
}

fn main() {}
