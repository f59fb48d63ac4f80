//! What is made for an item or a field stands and falls with its `#[cfg(..)]`.
#![allow(dead_code, reason = "it is compiled, not run")]

use bun_server::prelude::*;

#[injectable(on_start = Self::open)]
struct Orders {
    #[cfg(any())]
    gone: Gone,
    #[cfg(any())]
    #[default]
    also_gone: Gone,
    #[cfg(any())]
    #[config_value("gone")]
    gone_value: Gone,
    #[cfg(all())]
    here: Arc<Here>,
    #[cfg(any())]
    governance: Governance,
    #[cfg(all())]
    #[governance]
    rules: Governance,
    #[cfg(all())]
    #[config_value("size", default = 20)]
    size: ConfigValue<u32>,
    #[cfg(all())]
    #[default("orders")]
    name: &'static str,
}

impl Orders {
    async fn open(&self) {}

    #[circuit_breaker(name = "orders")]
    async fn count(&self) -> Result<u32, Rejected> {
        Ok(*self.size.get() + self.name.len() as u32)
    }
}

#[injectable]
struct Here;

#[injectable]
#[cfg(any())]
struct Gone(Arc<Here>);

struct Pool(u32);

#[provider]
fn pool(#[cfg(any())] gone: Gone, #[cfg(all())] here: Arc<Here>) -> Pool {
    Pool(Arc::strong_count(&here) as u32)
}

#[provider]
#[cfg(any())]
fn gone() -> Gone {
    Gone
}

#[service_registry(name = "orders")]
#[module(providers = [Orders, pool])]
struct OrderModule;

#[service_registry(name = "gone")]
#[module(providers = [Gone])]
#[cfg(any())]
struct GoneModule;

fn main() {
    let _ = Application::new("orders").import(OrderModule);
}
