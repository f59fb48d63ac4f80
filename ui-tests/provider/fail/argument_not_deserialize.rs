use bun_server::prelude::*;

struct Settings;

struct Pool(Settings);

#[provider]
fn pool(#[config_value("pool")] settings: Settings) -> Pool {
    Pool(settings)
}

fn main() {}
