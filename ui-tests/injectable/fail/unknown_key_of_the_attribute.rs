use bun_server::prelude::*;

#[injectable(provides = dyn Send)]
struct Orders;

fn main() {}
