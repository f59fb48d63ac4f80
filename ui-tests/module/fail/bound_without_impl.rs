use bun_server::prelude::*;

trait Repo: Send + Sync {}

#[injectable]
struct SqlRepo;

#[module(providers = [SqlRepo as dyn Repo])]
//~^ the trait bound `SqlRepo: Repo` is not satisfied
struct OrderModule;

fn main() {}
