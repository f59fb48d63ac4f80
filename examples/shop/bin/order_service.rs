//! `order-service` as a process of its own, on a Nacos 3: `cargo run -p examples --bin order-service -- --nacos 127.0.0.1:8848`.
//!
//! It needs the document `order-service.yaml` of the group `DEFAULT_GROUP`, or `--optional`. `BUN_SERVER__PORT=0` takes any
//! free port.

use bun_server::prelude::*;
use examples::arguments::Arguments;
use examples::order_service::OrderModule;

#[bun_server::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let servers = arguments.nacos.as_deref().unwrap_or("127.0.0.1:8848");
    let options = arguments
        .nacos_options(servers)
        .config_import(arguments.order_document());
    Application::new("order-service")
        .config_default("server.port", 8080)
        .import(OrderModule)
        .import(MicroserviceModule::for_root(options))
        .run()
        .await?;
    Ok(())
}
