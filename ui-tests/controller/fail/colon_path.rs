use bun_server::prelude::*;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("/:id/items")]
    //~^ path arguments stand in braces: write `{id}` instead of `:id`
    async fn items(&self, Path(id): Path<u64>) {}
}

fn main() {}
