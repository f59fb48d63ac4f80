//! What uses the broken controller is not blamed as well.
use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("orders")]
impl Orders {
    #[get("")]
    async fn list(&self) {}
}

#[module(controllers = [Orders])]
struct OrderModule;

async fn run() -> AppResult {
    Application::new("orders").controller::<Orders>().run().await
}

fn main() {}
