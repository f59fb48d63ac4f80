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
    #[circuit_breaker(name = "owner", open_for = "30")]
    //~^ not a duration: write a number and a unit
    async fn find(&self) -> Result<u32, Failure> {
        Ok(1)
    }
}

fn main() {}
