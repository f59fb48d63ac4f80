use bun_server::prelude::*;

struct Db;

#[injectable(provide = Db)]
struct Orders;

fn main() {}
