use bun_server::prelude::*;

#[provider]
fn pool() {}

fn main() {}
