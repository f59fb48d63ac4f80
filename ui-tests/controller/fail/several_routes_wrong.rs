use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders", prefix = "x")]
impl Orders {
    #[get(orders)]
    async fn one(&self) {}

    #[put("{id}")]
    #[delete("/:id")]
    fn two(self) {}
}

fn main() {}
