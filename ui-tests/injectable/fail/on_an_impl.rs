use bun_server::prelude::*;

struct Orders;

#[injectable]
impl Orders {}

fn main() {}
