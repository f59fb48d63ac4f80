use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("")]
    async fn list(&self) -> impl Send {
        1
    }
}

fn main() {}
