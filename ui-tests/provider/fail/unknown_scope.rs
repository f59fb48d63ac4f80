use bun_server::prelude::*;

#[provider(scope = sesion)]
fn number() -> u32 {
    7
}

fn main() {}
