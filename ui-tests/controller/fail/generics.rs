use bun_server::prelude::*;

struct Orders<T>(T);

#[controller("/orders")]
impl<T> Orders<T> {
    #[get("")]
    async fn list(&self) {}
}

fn main() {}
