//! A publish changes the next answers, without a restart.

use std::time::Duration;

use bun_server::prelude::*;
use tests::application::Directory;
use tests::http::Http;
use tests::logs::Logs;
use tests::row::{ARRIVED, POLL};
use tests::{Row, eventually, holds, shop, unique};
use tokio::time::Instant;

async fn a_publish_changes_the_answer_within_the_poll_interval(row: Row) {
    let logs = Logs::capture();
    row.publish(
        "order.yaml",
        "greeting: hello\nlimits: { page_size: 20 }\ndatabase: { password: hunter2 }",
    )
    .await;
    let directory = Directory::new();
    let handle = shop::orders(row.options().config_import("order.yaml"), &directory)
        .start()
        .await
        .expect("a start");
    let http = Http::new();
    assert_eq!(http.get(handle.address(), "/orders").await.body, "hello 20");
    row.publish(
        "order.yaml",
        "greeting: hello\nlimits: { page_size: 50 }\ndatabase: { password: hunter3 }",
    )
    .await;
    let published = Instant::now();
    eventually(ARRIVED, || async {
        let said = http.get(handle.address(), "/orders").await.body;
        holds(said == "hello 50", said)
    })
    .await;
    // The interval, its jitter, and time for a machine that is busy with other tests; the default interval is 3 s.
    assert!(
        published.elapsed() < POLL + Duration::from_millis(2500),
        "{:?}",
        published.elapsed()
    );
    let told = logs.lines("INFO", "limits.page_size 20 → 50");
    assert_eq!(told.len(), 1, "{}", logs.text());
    assert!(told[0].contains("config order.yaml@"), "{told:?}");
    assert_eq!(
        logs.lines("INFO", "database.password ****** → ******").len(),
        1,
        "{}",
        logs.text()
    );
    assert!(!logs.text().contains("hunter"), "{}", logs.text());
    handle.shutdown().await.expect("a clean stop");
}

async fn every_reader_sees_one_whole_revision(row: Row) {
    #[injectable]
    struct Pair {
        #[config_value("pair")]
        pair: ConfigValue<(u32, u32)>,
    }
    #[controller("/pair")]
    impl Pair {
        #[get("")]
        async fn both(&self) -> String {
            let pair = self.pair.get();
            assert_eq!(pair.0, pair.1);
            pair.0.to_string()
        }
    }
    let document = format!("{}.yaml", unique("pair"));
    row.publish(&document, "pair: [0, 0]").await;
    let directory = Directory::new();
    let handle = tests::application::application("pair", &directory)
        .controller::<Pair>()
        .import(MicroserviceModule::for_root(
            row.options().config_import(document.as_str()),
        ))
        .start()
        .await
        .expect("a start");
    let http = Http::new();
    for step in 1..4 {
        row.publish(&document, &format!("pair: [{step}, {step}]")).await;
        eventually(ARRIVED, || async {
            let answer = http.get(handle.address(), "/pair").await;
            holds(answer.body == step.to_string(), answer)
        })
        .await;
    }
    handle.shutdown().await.expect("a clean stop");
}

tests::rows! {
    everywhere:
        a_publish_changes_the_answer_within_the_poll_interval,
        every_reader_sees_one_whole_revision;
}
