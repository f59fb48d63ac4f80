use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller(orders)]
//~^ write the path in quotes: `#[controller("/orders")]`
impl Orders {
    #[get("")]
    async fn list(&self) {}
}

fn main() {}
