use bun_server::prelude::*;

#[circuit_breaker(name = "owner")]
async fn find() -> Result<u32, Rejected> {
    //~^ a governed method begins with `&self`
    Ok(1)
}

fn main() {}
