//! A broken publish replaces nothing that works.

use tests::application::{Directory, management};
use tests::http::Http;
use tests::logs::Logs;
use tests::row::{ARRIVED, POLL};
use tests::{Row, eventually, holds, shop};

/// Publishes what cannot be taken and says by what words the warning must tell it.
async fn refused(row: &Row, broken: &str, words: &[&str]) {
    let logs = Logs::capture();
    row.publish("order.yaml", "greeting: good\nlimits: { page_size: 20 }")
        .await;
    let directory = Directory::new();
    let handle = shop::orders(row.options().config_import("order.yaml"), &directory)
        .start()
        .await
        .expect("a start");
    let http = Http::new();
    let health = async || http.get(management(&handle), "/health").await.json();
    assert_eq!(health().await["parts"]["config"]["status"], "UP");
    row.publish("order.yaml", broken).await;
    eventually(ARRIVED, || async {
        let health = health().await;
        holds(health["parts"]["config"]["status"] == "DEGRADED", health)
    })
    .await;
    // Looked at again and again, told once.
    tokio::time::sleep(POLL * 3).await;
    assert_eq!(
        http.get(handle.address(), "/orders").await.body,
        "good 20",
        "the old value is kept"
    );
    let warnings = logs.warnings("order.yaml");
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    for word in words {
        assert!(warnings[0].contains(word), "{word}: {}", warnings[0]);
    }
    assert_eq!(http.get(handle.address(), "/health/ready").await.status, 200);
    assert_eq!(
        http.get(management(&handle), "/health").await.status,
        200,
        "degraded is not down"
    );

    row.publish("order.yaml", "greeting: good again\nlimits: { page_size: 30 }")
        .await;
    eventually(ARRIVED, || async {
        let said = http.get(handle.address(), "/orders").await.body;
        holds(said == "good again 30", said)
    })
    .await;
    let health = health().await;
    assert_eq!(health["parts"]["config"]["status"], "UP", "{health}");
    handle.shutdown().await.expect("a clean stop");
}

async fn a_value_of_the_wrong_type_is_refused_by_key_and_line(row: Row) {
    let words = [
        "refused",
        "limits.page_size",
        "line 3",
        "invalid type: string \"many\", expected u32",
        "keeping @",
    ];
    refused(&row, "greeting: bad\nlimits:\n  page_size: many", &words).await;
}

async fn yaml_that_does_not_parse_is_refused_by_line(row: Row) {
    refused(
        &row,
        "greeting: bad\nlimits: { page_size: 20",
        &["refused", "line ", "keeping @"],
    )
    .await;
}

async fn a_key_that_is_there_twice_is_refused(row: Row) {
    refused(
        &row,
        "greeting: bad\ngreeting: worse",
        &["refused", "line 2", "greeting"],
    )
    .await;
}

async fn a_document_that_is_broken_at_start_is_a_problem_with_its_place(row: Row) {
    row.publish("order.yaml", "greeting: bad\nlimits: [").await;
    let directory = Directory::new();
    let started = shop::orders(row.options().config_import("order.yaml"), &directory)
        .start()
        .await;
    let report = started.expect_err("broken").to_string();
    for part in ["order.yaml", "from", "mend"] {
        assert!(report.contains(part), "{part}: {report}");
    }
}

tests::rows! {
    everywhere:
        a_value_of_the_wrong_type_is_refused_by_key_and_line,
        yaml_that_does_not_parse_is_refused_by_line,
        a_key_that_is_there_twice_is_refused,
        a_document_that_is_broken_at_start_is_a_problem_with_its_place;
}
