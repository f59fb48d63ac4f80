use bun_server::prelude::*;

struct Cache<T>(Vec<T>);

#[provider]
fn cache<T: Send + Sync>() -> Cache<T> {
    Cache(Vec::new())
}

fn main() {}
