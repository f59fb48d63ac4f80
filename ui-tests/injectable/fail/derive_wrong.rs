use bun_server::prelude::*;

struct Db;

#[derive(Injectable)]
#[injectable(provides = dyn Send)]
struct Keys;

#[derive(Injectable)]
struct ByValue {
    db: Db,
}

#[derive(Injectable)]
enum State {
    On,
}

#[derive(Injectable)]
struct Cache<T>(Arc<T>);

#[derive(Injectable)]
#[injectable = "keys"]
struct Equals;

fn main() {}
