use bun_server::prelude::*;

use std::rc::Rc;

#[injectable]
struct Orders;

#[controller("/orders")]
impl Orders {
    #[get("")]
    async fn one(&self) -> String {
        //~^ future cannot be sent between threads safely
        let text = Rc::new(String::new());
        std::future::ready(()).await;
        text.to_string()
    }
}

fn main() {}
