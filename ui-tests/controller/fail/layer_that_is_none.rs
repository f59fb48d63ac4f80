use bun_server::prelude::*;

#[injectable]
struct Orders {}

struct Limit;

#[controller("/orders", layer = Limit)]
impl Orders {
    #[get("/{id}", layer = [Limit, 7])]
    async fn one(&self) -> &'static str {
        "one"
    }
}

fn main() {}
