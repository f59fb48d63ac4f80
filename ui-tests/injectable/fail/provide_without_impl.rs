use bun_server::prelude::*;

trait Repo: Send + Sync {}

#[injectable(provide = dyn Repo)]
//~^ the trait bound `SqlRepo: Repo` is not satisfied
struct SqlRepo;

fn main() {}
