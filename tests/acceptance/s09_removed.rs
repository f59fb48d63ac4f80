//! What is taken out of the config center falls to the next source.

use bun_server::prelude::*;
use tests::application::{Directory, application_with};
use tests::http::Http;
use tests::logs::Logs;
use tests::row::ARRIVED;
use tests::shop::OrderModule;
use tests::{Row, eventually, holds};

async fn a_key_and_then_the_document_fall_to_the_next_source(row: Row) {
    let logs = Logs::capture();
    row.publish("order.yaml", "greeting: center\nlimits: { page_size: 20 }")
        .await;
    let directory = Directory::new().with("application.yaml", "limits: { page_size: 7 }");
    let handle = application_with("order-service", &directory, &[("BUN_LIMITS__OTHER", "1")])
        .import(OrderModule)
        .import(MicroserviceModule::for_root(row.options().config_import("order.yaml")))
        .start()
        .await
        .expect("a start");
    let http = Http::new();
    let says = async |expected: &str| {
        eventually(ARRIVED, || async {
            let said = http.get(handle.address(), "/orders").await.body;
            holds(said == expected, said)
        })
        .await;
    };
    says("center 20").await;
    row.publish("order.yaml", "greeting: center").await;
    says("center 7").await;
    assert_eq!(logs.lines("INFO", "limits.page_size").len(), 1, "{}", logs.text());
    row.remove("order.yaml").await;
    says("no greeting 7").await;
    assert_eq!(logs.warnings("order.yaml was removed").len(), 1, "{}", logs.text());
    row.publish("order.yaml", "greeting: back").await;
    says("back 7").await;
    handle.shutdown().await.expect("a clean stop");
}

/// Nothing else gives the value: the removal is refused, and the last good value stays.
async fn a_value_without_another_source_stays(row: Row) {
    #[injectable]
    struct Strict {
        #[config_value("strict.limit")]
        limit: ConfigValue<u32>,
    }
    #[controller("/strict")]
    impl Strict {
        #[get("")]
        async fn limit(&self) -> String {
            self.limit.get().to_string()
        }
    }
    let logs = Logs::capture();
    row.publish("strict.yaml", "strict: { limit: 5 }").await;
    let directory = Directory::new();
    let handle = tests::application::application("strict", &directory)
        .controller::<Strict>()
        .import(MicroserviceModule::for_root(row.options().config_import("strict.yaml")))
        .start()
        .await
        .expect("a start");
    row.remove("strict.yaml").await;
    eventually(ARRIVED, || async {
        holds(logs.warnings("strict.limit").len() == 1, logs.text())
    })
    .await;
    assert_eq!(Http::new().get(handle.address(), "/strict").await.body, "5");
    handle.shutdown().await.expect("a clean stop");
}

tests::rows! {
    everywhere:
        a_key_and_then_the_document_fall_to_the_next_source,
        a_value_without_another_source_stays;
}
