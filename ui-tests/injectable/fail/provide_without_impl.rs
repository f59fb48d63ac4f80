use bun_server::prelude::*;

trait Repo: Send + Sync {}

#[injectable(provide = dyn Repo)]
struct SqlRepo;

fn main() {}
