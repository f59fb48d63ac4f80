use bun_server::prelude::*;

#[module(global)]
enum OrderModule {
    One,
}

fn main() {}
