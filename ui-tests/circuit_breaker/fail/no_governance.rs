use bun_server::prelude::*;

#[injectable]
struct Owners {
    breakers: Governance,
}

impl Owners {
    #[circuit_breaker(name = "owner")]
    async fn find(&self) -> Result<u32, Rejected> {
        //~^ `Owners` has governed methods and no `Governance`
        Ok(1)
    }
}

fn main() {}
