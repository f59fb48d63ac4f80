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
    #[circuit_breaker(name = "other")]
    //~^ a method has one circuit breaker: keep one of the attributes
    async fn find(&self) -> Result<u32, Failure> {
        Ok(1)
    }
}

fn main() {}
