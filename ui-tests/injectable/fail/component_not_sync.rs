use bun_server::prelude::*;

use std::cell::Cell;

#[injectable]
struct Counter {
    //~^ `Counter` cannot be shared between threads
    #[default]
    hits: Cell<u64>,
}

fn main() {}
