use bun_server::prelude::*;

trait Repo {}

#[injectable(provide = dyn Repo)]
//~^ write `trait Repo: Send + Sync`
struct SqlRepo;

impl Repo for SqlRepo {}

fn main() {}
