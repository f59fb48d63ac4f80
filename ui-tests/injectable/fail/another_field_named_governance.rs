use bun_server::prelude::*;

struct Board;

#[injectable]
struct Orders {
    governance: Arc<Board>,
}

fn main() {}
