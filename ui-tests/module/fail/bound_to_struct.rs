use bun_server::prelude::*;

#[injectable]
struct SqlRepo;

#[injectable]
struct Other;

#[module(providers = [SqlRepo as Other])]
struct OrderModule;

fn main() {}
