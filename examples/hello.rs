//! The smallest service: `cargo run -p examples --bin hello`, then `curl http://127.0.0.1:8080/hello/ann` answers `hello ann`.
//!
//! No file and no server is needed. `BUN_SERVER__PORT=9000` takes another port; a `greeting:` in an `application.yaml` of the
//! working directory takes another word.

use bun_server::prelude::*;

#[injectable]
struct Hello {
    #[config_value("greeting", default = "hello")]
    greeting: ConfigValue<String>,
}

#[controller("/hello")]
impl Hello {
    #[get("/{name}")]
    async fn hello(&self, Path(name): Path<String>) -> String {
        format!("{} {name}", self.greeting.get())
    }
}

#[bun_server::main]
async fn main() -> AppResult {
    Application::new("hello").controller::<Hello>().run().await
}
