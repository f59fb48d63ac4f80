use bun_server::prelude::*;

trait Repo: Send + Sync {}

#[injectable(provide = [dyn Repo, Self, dyn Repo])]
struct SqlRepo;

impl Repo for SqlRepo {}

fn main() {}
