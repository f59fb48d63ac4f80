use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("orders")]
//~^ a path begins with `/`: write "/orders"
impl Orders {
    #[get("list")]
    //~^ a path begins with `/`: write "/list"
    async fn list(&self) {}
}

fn main() {}
