use bun_server::prelude::*;

#[injectable]
struct View<'a> {
    #[default("")]
    text: &'a str,
}

fn main() {}
