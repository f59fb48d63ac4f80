//! The service that asks for users, as a process: everything is configured by `BUN_…` variables and `application.yaml`.

use bun_server::prelude::*;
use tests::shop::OrderModule;

#[bun_server::main]
async fn main() -> AppResult {
    Application::new("order-service")
        .import(OrderModule)
        .import(MicroserviceModule::from_config())
        .run()
        .await
}
