use bun_server::prelude::*;

#[injectable]
struct SqlRepo;

#[injectable]
struct Other;

#[module(providers = [SqlRepo as Other])]
//~^ write `SqlRepo as dyn Trait`
struct OrderModule;

fn main() {}
