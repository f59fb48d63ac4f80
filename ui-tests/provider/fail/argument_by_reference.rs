use bun_server::prelude::*;

struct Settings;

struct Pool;

#[provider]
async fn pool(settings: &Settings) -> Pool {
    let _ = settings;
    Pool
}

fn main() {}
