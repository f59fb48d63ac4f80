//! `payment-service`.

use bun_server::prelude::*;
use outside::payments::PaymentModule;

#[bun_server::main]
async fn main() -> AppResult {
    Application::new("payment-service").import(PaymentModule).run().await
}
