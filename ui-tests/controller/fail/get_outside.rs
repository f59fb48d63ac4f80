use bun_server::prelude::*;

#[injectable]
struct Orders;

impl Orders {
    #[get("/orders")]
    //~^ `#[get]` belongs inside of an `impl` with `#[controller]`
    async fn list(&self) {}
}

#[post("/orders")]
//~^ `#[post]` belongs inside of an `impl` with `#[controller]`
async fn create() {}

fn main() {}
