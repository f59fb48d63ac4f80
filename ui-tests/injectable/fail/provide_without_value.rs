use bun_server::prelude::*;

#[injectable(provide)]
struct Orders;

fn main() {}
