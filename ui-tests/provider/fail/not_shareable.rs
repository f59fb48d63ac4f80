use bun_server::prelude::*;

use std::rc::Rc;

struct Pool(Rc<u32>);

#[provider]
fn pool() -> Pool {
    Pool(Rc::new(1))
}

fn main() {}
