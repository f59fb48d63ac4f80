use bun_server::prelude::*;

#[injectable]
struct Orders;

trait Shown {
    async fn show(&self) -> String;
}

#[controller("/orders")]
impl Shown for Orders {
    //~^ `#[controller]` stands on an inherent `impl`
    #[get("")]
    async fn show(&self) -> String {
        String::new()
    }
}

fn main() {}
