//! The service that knows users, as a process: everything is configured by `BUN_…` variables.

use bun_server::prelude::*;
use tests::shop::UserModule;

#[bun_server::main]
async fn main() -> AppResult {
    Application::new("user-service")
        .import(UserModule)
        .import(MicroserviceModule::from_config())
        .run()
        .await
}
