//! A key that nobody reads is never passed over in silence.

use tests::application::{Directory, application, application_with, management};
use tests::http::Http;
use tests::logs::Logs;
use tests::{Row, shop};

async fn refusal(file: &str, variables: &[(&str, &str)]) -> String {
    let directory = Directory::new().with("application.yaml", file);
    let started = application_with("misspelt", &directory, variables).start().await;
    let error = started.expect_err("a refusal");
    assert_eq!(format!("{error:?}"), error.to_string(), "`main` prints the report");
    error.to_string()
}

#[tokio::test]
async fn a_misspelt_section_is_refused_with_its_place_and_what_was_meant() {
    let report = refusal("app: { name: x }\nsever:\n  port: 9000\n", &[]).await;
    for part in ["sever.port", "did you mean `server.port`", "application.yaml:3"] {
        assert!(report.contains(part), "{part}: {report}");
    }
}

#[tokio::test]
async fn a_misspelt_key_is_refused_with_its_place_and_what_was_meant() {
    let report = refusal("server:\n  address: 127.0.0.1\n  prot: 9000\n", &[]).await;
    for part in ["server.prot", "did you mean `server.port`", "application.yaml:3"] {
        assert!(report.contains(part), "{part}: {report}");
    }
}

#[tokio::test]
async fn a_misspelt_variable_is_refused_by_its_name() {
    let report = refusal("", &[("BUN_SERVER__PROT", "9000")]).await;
    for part in ["did you mean `server.port`", "env:BUN_SERVER__PROT"] {
        assert!(report.contains(part), "{part}: {report}");
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_refused_by_its_origin() {
    let report = refusal("server:\n  port: many\n", &[]).await;
    assert!(
        report.contains("server.port") && report.contains("application.yaml:2"),
        "{report}"
    );
    let report = refusal("server:\n  port: 1\n", &[("BUN_SERVER__PORT", "many")]).await;
    assert!(
        report.contains("server.port") && report.contains("env:BUN_SERVER__PORT"),
        "{report}"
    );
}

#[tokio::test]
async fn an_unknown_key_of_a_document_is_one_warning_and_degraded() {
    let logs = Logs::capture();
    let row = Row::memory().await.expect("memory");
    row.publish("order.yaml", "governance:\n  defaults: { timeuot: 3s }\ngreeting: hi\n")
        .await;
    let directory = Directory::new();
    let handle = shop::orders(row.options().config_import("order.yaml"), &directory)
        .start()
        .await
        .expect("a start");
    let health = Http::new().get(management(&handle), "/health").await.json();
    assert_eq!(health["status"], "DEGRADED", "{health}");
    let warnings = logs.warnings("timeuot");
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert_eq!(
        Http::new().get(handle.address(), "/orders").await.body,
        "hi 10",
        "it works all the same"
    );
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn what_only_local_sources_may_set_is_left_out_of_a_document() {
    let logs = Logs::capture();
    let row = Row::memory().await.expect("memory");
    row.publish("order.yaml", "server: { port: 1 }\ngreeting: hi\n").await;
    let directory = Directory::new();
    let handle = shop::orders(row.options().config_import("order.yaml"), &directory)
        .start()
        .await
        .expect("a start");
    assert_eq!(Http::new().get(handle.address(), "/orders").await.body, "hi 10");
    let warnings = logs.warnings("server.port");
    assert_eq!(warnings.len(), 1, "{}", logs.text());
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn check_finds_it_without_starting() {
    let directory = Directory::new().with("application.yaml", "sever: { port: 1 }");
    let report = application("misspelt", &directory)
        .check()
        .expect_err("a refusal")
        .to_string();
    assert!(report.contains("did you mean `server.port`"), "{report}");
}
