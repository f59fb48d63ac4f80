use bun_server::prelude::*;

use std::cell::Cell;

#[injectable]
struct Counter {
    #[default]
    hits: Cell<u64>,
}

fn main() {}
