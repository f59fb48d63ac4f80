use bun_server::prelude::*;

struct Settings;

struct Pool;

impl Settings {
    #[provider]
    fn pool(&self) -> Pool {
        Pool
    }
}

fn main() {}
