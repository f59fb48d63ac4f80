use bun_server::prelude::*;

struct Db;

#[injectable]
struct Orders {
    db: Db,
}

fn main() {}
