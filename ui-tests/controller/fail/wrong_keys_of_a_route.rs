use bun_server::prelude::*;

#[injectable]
struct Orders {}

#[controller("/orders", layers = Limit)]
impl Orders {
    #[get("/{id}", layr = Limit)]
    async fn one(&self) -> &'static str {
        "one"
    }

    #[any]
    async fn all(&self) -> &'static str {
        "all"
    }

    #[head("/length", layer)]
    async fn length(&self) {}
}

fn main() {}
