use bun_server::prelude::*;

struct Order;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("")]
    async fn one(&self) -> Json<Order> {
        Json(Order)
    }

    #[post("")]
    async fn create(&self, Json(_): Json<Order>) {}
}

fn main() {}
