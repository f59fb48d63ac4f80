use bun_server::prelude::*;

struct Rules;

#[injectable]
struct Orders {
    #[governance]
    rules: Arc<Rules>,
}

fn main() {}
