use bun_server::prelude::*;

#[injectable]
fn pool(url: String) -> String {
    url
}

fn main() {}
