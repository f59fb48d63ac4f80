//! `user-service` as a process of its own, on a Nacos 3: `cargo run -p examples --bin user-service -- --nacos 127.0.0.1:8848`.
//!
//! `BUN_SERVER__PORT=0` takes any free port; `BUN_SHOP__INSTANCE=user-2` is what it says of itself.

use bun_server::prelude::*;
use examples::arguments::Arguments;
use examples::user_service::UserModule;

#[bun_server::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let servers = arguments.nacos.as_deref().unwrap_or("127.0.0.1:8848");
    Application::new("user-service")
        .config_default("server.port", 8081)
        .import(UserModule)
        .import(MicroserviceModule::for_root(arguments.nacos_options(servers)))
        .run()
        .await?;
    Ok(())
}
