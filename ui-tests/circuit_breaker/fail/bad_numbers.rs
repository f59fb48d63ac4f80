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
    #[circuit_breaker(name = "owner", failure_rate = 120, minimum_calls = 0, window_size = "ten")]
    //~^ a rate is a percentage: more than 0, at most 100
    //~^^ a count is a whole number of at least 1
    //~^^^ write `window_size = 10`
    async fn find(&self) -> Result<u32, Failure> {
        Ok(1)
    }
}

fn main() {}
