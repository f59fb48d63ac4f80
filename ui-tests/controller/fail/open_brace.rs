use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("/{id")]
    //~^ a brace of `{id` is not closed
    async fn one(&self, Path(id): Path<u64>) {}
}

fn main() {}
