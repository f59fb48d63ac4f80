use bun_server::prelude::*;

#[derive(Debug)]
struct Failure;

impl From<Rejected> for Failure {
    fn from(_: Rejected) -> Self {
        Self
    }
}

#[injectable]
struct Owners {
    governance: Governance,
}

impl Owners {
    #[circuit_breaker(name = "owner")]
    async fn find() -> Result<u32, Failure> {
        //~^ a governed method begins with `&self`
        Ok(1)
    }
}

fn main() {}
