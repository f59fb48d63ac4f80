use bun_server::prelude::*;

struct Orders;

#[controller("/orders")]
impl Orders {
    //~^ `Orders` is not a component
    #[get("")]
    async fn list(&self) {}
}

fn main() {}
