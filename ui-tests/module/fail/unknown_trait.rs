use bun_server::prelude::*;

#[injectable]
struct SqlRepo;

#[module(providers = [SqlRepo as dyn Repo], exports = [dyn Repo])]
struct OrderModule;

fn main() {}
