use bun_server::prelude::*;

#[module(global)]
enum OrderModule {
    //~^ `#[module]` stands on a unit struct
    One,
}

fn main() {}
