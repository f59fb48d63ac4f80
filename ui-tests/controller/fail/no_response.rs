use bun_server::prelude::*;

struct Order;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("")]
    async fn one(&self) -> Order {
        //~^ a handler cannot return `Order`
        Order
    }
}

fn main() {}
