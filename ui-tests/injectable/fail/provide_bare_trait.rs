use bun_server::prelude::*;

trait OrderRepo {}

#[injectable(provide = OrderRepo)]
struct Orders;

fn main() {}
