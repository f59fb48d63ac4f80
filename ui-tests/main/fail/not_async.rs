use bun_server::prelude::*;

#[bun_server::main]
fn main() -> AppResult {
    Ok(())
}
