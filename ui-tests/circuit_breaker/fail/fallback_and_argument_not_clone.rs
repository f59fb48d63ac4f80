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
    #[circuit_breaker(name = "owner", fallback = Self::guest)]
    async fn find(&self, order: Failure) -> Result<u32, Failure> {
        //~^ `Failure` cannot be kept for the fallback
        Ok(1)
    }

    async fn guest(&self, order: Failure, cause: CallError<Failure>) -> Result<u32, Failure> {
        Ok(2)
    }
}

fn main() {}
