use bun_server::prelude::*;

#[module]
struct OrderModule<const N: usize>;
//~^ a module has no type parameters

fn main() {}
