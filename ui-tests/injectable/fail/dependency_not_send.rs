use bun_server::prelude::*;

trait Repo {}

#[injectable]
struct Orders {
    repo: Arc<dyn Repo>,
}

fn main() {}
