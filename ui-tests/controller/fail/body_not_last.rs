use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[post("/{id}")]
    async fn change(&self, body: Json<u32>, Path(id): Path<u64>) {}
    //~^ only the last argument may read the body
}

fn main() {}
