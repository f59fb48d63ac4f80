//! The whole application on the config center and the registry of this crate.

use std::time::Duration;

use bun_server::axum::{Json, Router, routing::get};
use bun_server::prelude::*;
use outside::payments::{Payment, PaymentError, PaymentModule, Payments};
use outside::plain_registry::PlainServer;
use outside::rates::Rate;
use outside::vault::VaultServer;

fn application(host: &str) -> Application {
    let variables = [
        ("BUN_CONFIG_CENTER__URL", format!("vault://{host}?mount=kv")),
        ("BUN_CONFIG_CENTER__USERNAME", "me".to_owned()),
        ("BUN_CONFIG_CENTER__POLL_INTERVAL", "50ms".to_owned()),
        ("BUN_SERVICE_REGISTRY__URL", format!("plain://{host}")),
        ("BUN_SERVICE_REGISTRY__HEARTBEAT_INTERVAL", "50ms".to_owned()),
        ("BUN_SERVICE_REGISTRY__POLL_INTERVAL", "50ms".to_owned()),
        ("BUN_SERVER__ADDRESS", "127.0.0.1".to_owned()),
        ("BUN_SERVER__PORT", "0".to_owned()),
        ("BUN_SHUTDOWN__PRE_STOP_DELAY", "0s".to_owned()),
    ];
    Application::new("payment-service")
        .environment(variables)
        .import(PaymentModule)
}

async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

/// `rate-service`: another application of this process, on the same registry.
async fn rates(host: &str) -> ApplicationHandle {
    #[injectable]
    struct Rates;

    #[controller("/rates")]
    impl Rates {
        #[get("/{from}")]
        async fn rate(&self, Path(from): Path<String>) -> bun_server::axum::Json<Rate> {
            Json(Rate {
                from,
                to: "CNY".to_owned(),
                factor: 8.0,
            })
        }
    }

    #[service_registry(name = "rate-service")]
    #[module(imports = [ServiceRegistryModule::from_config()], controllers = [Rates])]
    struct RateModule;

    let variables = [
        ("BUN_SERVICE_REGISTRY__URL", format!("plain://{host}")),
        ("BUN_SERVER__ADDRESS", "127.0.0.1".to_owned()),
        ("BUN_SERVER__PORT", "0".to_owned()),
        ("BUN_SHUTDOWN__PRE_STOP_DELAY", "0s".to_owned()),
    ];
    let rates = Application::new("rate-service")
        .environment(variables)
        .import(RateModule);
    rates.start().await.unwrap()
}

fn payment(amount: f64) -> Payment {
    Payment {
        amount,
        currency: "EUR".to_owned(),
    }
}

#[tokio::test]
async fn documents_come_from_the_config_center_of_this_crate_and_are_followed() {
    let vault = VaultServer::at("documents");
    vault.write("kv/payments.yaml", "limits: { most: 100 }");
    let rates = rates("documents").await;
    let handle = application("documents").start().await.unwrap();
    let payments = handle.container().get::<Payments>().unwrap();
    eventually("the rate-service is found", async || {
        payments.in_house_currency(&payment(2.0)).await.is_ok()
    })
    .await;
    vault.write("kv/payments.yaml", "limits: { most: 10 }");
    eventually("the limit changes", async || {
        let paid = payments.in_house_currency(&payment(2.0)).await;
        matches!(paid, Err(PaymentError::TooMuch(most)) if most == 10.0)
    })
    .await;
    vault.write("kv/payments.yaml", "limits: { most: [] }");
    tokio::time::sleep(Duration::from_millis(300)).await;
    let paid = payments.in_house_currency(&payment(1.0)).await.unwrap();
    assert_eq!(paid.amount, 8.0, "a broken document changes nothing");
    handle.shutdown().await.unwrap();
    rates.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_document_that_is_not_there_is_named_as_this_crate_names_it() {
    let report = application("empty").start().await.unwrap_err().to_string();
    assert!(
        report.contains("kv/payments.yaml") && report.contains("vault://empty"),
        "{report}"
    );
}

#[tokio::test]
async fn the_registry_of_this_crate_gets_registration_beats_and_deregistration() {
    VaultServer::at("registry").write("kv/payments.yaml", "limits: { most: 100 }");
    let server = PlainServer::at("registry");
    let handle = application("registry").version("0.3.0").start().await.unwrap();
    eventually("it is registered", async || server.instances().len() == 1).await;
    let registered = server.instances().remove(0);
    assert_eq!(registered.address(), handle.address().to_string());
    assert_eq!(registered.version(), Some("0.3.0"));
    assert_eq!(registered.metadata.get("zone").map(String::as_str), Some("north"));
    eventually("it beats", async || server.beats() > 3).await;
    server.forget();
    eventually("it registers again", async || server.instances().len() == 1).await;
    handle.shutdown().await.unwrap();
    assert!(server.instances().is_empty());
    let beats = server.beats();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(server.beats(), beats);
}

/// The framework's router and axum's live side by side.
#[test]
fn axum_is_the_one_of_bun_server() {
    let _: Router = Router::new().route("/", get(|| async { "plain axum" }));
}
