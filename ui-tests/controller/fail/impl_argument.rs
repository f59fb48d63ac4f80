use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("")]
    async fn list(&self, request: impl Send) -> String {
        String::new()
    }
}

fn main() {}
