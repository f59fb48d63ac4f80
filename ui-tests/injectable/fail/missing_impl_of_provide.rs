use bun_server::prelude::*;

trait OrderRepo: Send + Sync {}

#[injectable(provide = dyn OrderRepo)]
struct SqlOrderRepo;

fn main() {}
