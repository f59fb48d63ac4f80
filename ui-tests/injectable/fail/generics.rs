use bun_server::prelude::*;

#[injectable]
struct Repo<T> {
    inner: Arc<T>,
}

fn main() {}
