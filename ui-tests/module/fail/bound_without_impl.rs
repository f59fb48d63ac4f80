use bun_server::prelude::*;

trait Repo: Send + Sync {}

#[injectable]
struct SqlRepo;

#[module(providers = [SqlRepo as dyn Repo])]
struct OrderModule;

fn main() {}
