use bun_server::prelude::*;

#[injectable]
struct Orders {
    governance: Governance,
    #[governance]
    other: Governance,
    //~^ only one field holds the `Governance` of a component
}

fn main() {}
