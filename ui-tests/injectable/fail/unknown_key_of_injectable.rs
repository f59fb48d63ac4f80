use bun_server::prelude::*;

trait Repo: Send + Sync {}

#[injectable(provides = dyn Repo)]
struct SqlRepo;

impl Repo for SqlRepo {}

fn main() {}
