use bun_server::prelude::*;

struct Db;

#[injectable]
struct Orders {
    db: &'static Db,
}

fn main() {}
