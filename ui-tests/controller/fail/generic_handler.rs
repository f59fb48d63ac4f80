use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[post("")]
    async fn create<T>(&self, body: Json<T>) {}
    //~^ a handler has no type parameters
}

fn main() {}
