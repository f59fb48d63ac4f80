use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("")]
    async fn list() -> String {
        //~^ a handler begins with `&self`
        String::new()
    }
}

fn main() {}
