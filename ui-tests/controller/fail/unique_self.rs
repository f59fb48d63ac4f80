use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("")]
    async fn list(&mut self) {}
    //~^ write `&self`: a controller is shared by all requests

    #[post("")]
    async fn create(self: Arc<Self>) {}
    //~^ write `&self`: a controller is shared by all requests
}

fn main() {}
