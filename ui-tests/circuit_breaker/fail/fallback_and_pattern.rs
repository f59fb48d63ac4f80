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
    async fn find(&self, (id, part): (u64, u64)) -> Result<u32, Failure> {
        //~^ with a fallback every argument has a name
        Ok(1)
    }

    async fn guest(&self, id: (u64, u64), cause: CallError<Failure>) -> Result<u32, Failure> {
        Ok(2)
    }
}

fn main() {}
