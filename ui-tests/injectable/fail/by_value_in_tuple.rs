use bun_server::prelude::*;

struct Db;

#[injectable]
struct Orders(Arc<Limits>, Db);
//~^ components are shared: write `Arc<Db>`

struct Limits;

fn main() {}
