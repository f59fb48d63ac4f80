use bun_server::prelude::*;

#[module]
struct OrderModule<const N: usize>;

fn main() {}
