use bun_server::prelude::*;

#[injectable]
struct Orders {
    governance: Governance,
    #[governance]
    other: Governance,
}

fn main() {}
