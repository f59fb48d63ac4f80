use bun_server::prelude::*;

struct Pool;

#[provider(nmae = "pool")]
async fn pool(#[config_value("url")] url: String, limits: Option<Arc<String>>) -> Result<Pool, std::fmt::Error> {
    let _ = (url, limits);
    Ok(Pool)
}

#[module(providers = [pool], exports = [Pool])]
struct PoolModule;

fn main() {}
