use bun_server::prelude::*;

#[injectable]
fn pool(url: String) -> String {
    //~^ `#[injectable]` stands on a struct
    url
}

fn main() {}
