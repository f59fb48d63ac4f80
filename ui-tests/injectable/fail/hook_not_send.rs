use bun_server::prelude::*;

#[injectable(on_start = Self::migrate)]
struct Orders;

impl Orders {
    async fn migrate(&self) {
        let here = std::rc::Rc::new(1);
        std::future::ready(()).await;
        drop(here);
    }
}

fn main() {}
