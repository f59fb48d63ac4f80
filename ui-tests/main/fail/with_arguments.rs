use bun_server::prelude::*;

#[bun_server::main]
async fn main(arguments: Vec<String>) -> AppResult {
    Ok(())
}
