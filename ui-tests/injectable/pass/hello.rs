//! golden/01
use bun_server::prelude::*;

#[injectable]
struct Hello {
    #[config_value("greeting", default = "hello")]
    greeting: ConfigValue<String>,
}

#[controller("/hello")]
impl Hello {
    /// Handlers are axum handlers.
    #[get("/{name}")]
    async fn hello(&self, Path(name): Path<String>) -> String {
        format!("{} {name}", self.greeting.get())
    }
}

#[bun_server::main] // a tokio runtime; `#[tokio::main]` works as well
async fn main() -> AppResult {
    Application::new("hello").controller::<Hello>().run().await
}
