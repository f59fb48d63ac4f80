use bun_server::prelude::*;

trait Repo: Send + Sync {}

struct SqlRepo;

impl Repo for SqlRepo {}

#[provider]
fn repo() -> impl Repo {
    SqlRepo
}

fn main() {}
