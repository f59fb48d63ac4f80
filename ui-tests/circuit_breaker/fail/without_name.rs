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
    #[circuit_breaker(failure_rate = 50)]
    async fn find(&self) -> Result<u32, Failure> {
        //~^ name the breaker: `#[circuit_breaker(name = "..")]`
        Ok(1)
    }
}

fn main() {}
