use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("/{id}")]
    async fn one(&self, Path(id): Path<u64>) {}

    #[get("/{id}")]
    //~^ GET /orders/{id} is answered twice in this controller
    async fn again(&self, Path(id): Path<u64>) {}
}

fn main() {}
