use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("/{id}")]
    async fn one(&self, id: u64) -> String {
        //~^ `u64` is not an extractor
        id.to_string()
    }
}

fn main() {}
