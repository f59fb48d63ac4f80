use bun_server::prelude::*;

trait OrderRepo {}

#[injectable(provide = dyn OrderRepo)]
struct Orders;

impl OrderRepo for Orders {}

fn main() {}
