use bun_server::prelude::*;

#[injectable]
struct Orders {
    governance: Arc<Governance>,
    //~^
}

fn main() {}
