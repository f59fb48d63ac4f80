use bun_server::prelude::*;

#[injectable]
struct Shop;

#[controller("/shop")]
impl Shop {
    #[get("")]
    async fn show(&self, Dep(local): Dep<std::cell::Cell<u32>>) -> String {
        local.get().to_string()
    }
}

fn main() {}
