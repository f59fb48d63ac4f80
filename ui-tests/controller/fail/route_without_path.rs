use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get]
    //~^ write the path: `#[get("/path")]`
    async fn list(&self) {}
}

fn main() {}
