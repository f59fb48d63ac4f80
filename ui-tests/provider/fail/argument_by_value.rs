use bun_server::prelude::*;

struct Settings;

struct Pool;

#[provider]
fn pool(settings: Settings) -> Pool {
    let _ = settings;
    Pool
}

fn main() {}
