use bun_server::prelude::*;

struct Db;

#[injectable]
struct Orders(Arc<Limits>, Db);

struct Limits;

fn main() {}
