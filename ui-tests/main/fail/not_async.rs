use bun_server::prelude::*;

#[bun_server::main]
fn main() -> AppResult {
    //~^ write `async fn main() -> AppResult`
    Ok(())
}
