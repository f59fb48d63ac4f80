//! A `Box` of the user's. (Not beside a `#[service_client]`: the crate async-trait names `Box` so.)
use bun_server::prelude::*;

struct Box;

#[injectable(on_start = Self::start)]
struct Orders {
    #[default(Box)]
    shape: Box,
    governance: Governance,
}

impl Orders {
    async fn start(&self) {}

    #[circuit_breaker(name = "orders")]
    async fn count(&self) -> Result<u32, Rejected> {
        let Box = self.shape;
        Ok(1)
    }
}

#[controller("/orders")]
impl Orders {
    #[get("/{id}")]
    async fn one(&self, Path(id): Path<u32>) -> String {
        format!("{id} {:?}", self.count().await)
    }
}

#[module(controllers = [Orders])]
struct OrderModule;

#[bun_server::main]
async fn main() -> AppResult {
    Application::new("orders").import(OrderModule).run().await
}
