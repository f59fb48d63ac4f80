//! What only a double can be made to do, and documents survive it.

use std::time::Duration;

use bun_server::error::ErrorClass;
use bun_server::microservice::config_center::HubOptions;
use bun_server::prelude::*;
use nacos_client::testing::Fault;
use tests::documents::config_center;
use tests::logs::Logs;
use tests::row::{ARRIVED, POLL};
use tests::{Row, eventually, holds, unique, within};

const PATIENCE: Duration = Duration::from_millis(400);
const DOCUMENTS: &str = "/cs/config";

async fn troubled() -> (Row, std::sync::Arc<dyn ConfigCenter>, ConfigKey) {
    let row = Row::test_server().await.expect("a TestServer");
    let data_id = unique("troubled");
    row.publish(&data_id, "a: 1").await;
    let options = HubOptions {
        poll_interval: POLL,
        request_timeout: PATIENCE,
    };
    let center = config_center(&row.nacos_center().request_timeout(PATIENCE), options);
    (row, center, data_id.as_str().into())
}

async fn read_meets(fault: Fault, class: ErrorClass) {
    let (row, center, key) = troubled().await;
    row.server().fault_on(DOCUMENTS, fault.clone());
    let read = within(PATIENCE * 4, "the read", center.get_config(&key)).await;
    let error = read.expect_err("no document");
    assert_eq!(error.class(), class, "{fault:?}: {error}");
    assert!(error.is_retryable(), "{fault:?}: {error}");
    let told = error.to_string();
    let server = row.server().address();
    assert!(
        told.contains(&server) || told.contains(key.data_id()),
        "{fault:?}: {told}"
    );
    row.server().heal();
    let found = center.get_config(&key).await.expect("the server is well again");
    assert_eq!(&*found.content, "a: 1");
    center.close().await;
}

#[tokio::test]
async fn a_body_that_is_not_of_nacos_is_an_unreadable_answer() {
    read_meets(Fault::Garbage, ErrorClass::Decode).await;
}

#[tokio::test]
async fn success_with_an_empty_body_is_an_unreadable_answer() {
    read_meets(Fault::Empty, ErrorClass::Decode).await;
}

#[tokio::test]
async fn a_server_that_accepts_and_never_answers_is_a_timeout() {
    read_meets(Fault::Hang, ErrorClass::Timeout).await;
}

#[tokio::test]
async fn a_broken_connection_is_unavailable() {
    read_meets(Fault::Refuse, ErrorClass::Unavailable).await;
}

#[tokio::test]
async fn a_server_error_is_unavailable() {
    for status in [500, 502, 503] {
        read_meets(Fault::Status(status), ErrorClass::Unavailable).await;
    }
}

/// Watches through a fault: the last good state stays, it is said once, and the next change arrives.
async fn watch_survives(fault: Fault) {
    let logs = Logs::capture();
    let (row, center, key) = troubled().await;
    let mut stream = center.config_stream(&key);
    within(ARRIVED, "the current state", stream.next()).await;
    row.server().fault_on(DOCUMENTS, fault.clone());
    // At least two looks fail: the first, and one after the backoff.
    row.server().clear_journal();
    eventually(ARRIVED, || async { holds(row.server().journal().len() >= 2, "looks") }).await;
    let nothing = tokio::time::timeout(POLL, stream.next()).await;
    assert!(nothing.is_err(), "{fault:?} changed the document: {nothing:?}");
    row.server().heal();
    row.publish(key.data_id(), "a: 2").await;
    match within(ARRIVED, "the next change", stream.next()).await {
        Some(ConfigEvent::Change(ConfigChange::Changed { old: Some(old), new })) => {
            assert_eq!((&*old.content, &*new.content), ("a: 1", "a: 2"), "{fault:?}");
        }
        other => panic!("{fault:?}: {other:?}"),
    }
    let warnings = logs.warnings(key.data_id());
    assert_eq!(warnings.len(), 1, "{fault:?} is told once: {warnings:#?}");
    center.close().await;
}

#[tokio::test]
async fn a_watch_survives_garbage() {
    watch_survives(Fault::Garbage).await;
}

#[tokio::test]
async fn a_watch_survives_empty_bodies() {
    watch_survives(Fault::Empty).await;
}

#[tokio::test]
async fn a_watch_survives_silence() {
    watch_survives(Fault::Hang).await;
}

#[tokio::test]
async fn a_watch_survives_server_errors() {
    watch_survives(Fault::Status(503)).await;
}

#[tokio::test]
async fn a_watch_survives_broken_connections() {
    watch_survives(Fault::Refuse).await;
}

/// Nacos says 20004 for an instant while it writes.
#[tokio::test]
async fn one_reading_that_there_is_none_is_not_a_removal() {
    let (row, center, key) = troubled().await;
    let mut stream = center.config_stream(&key);
    within(ARRIVED, "the current state", stream.next()).await;
    row.server().fault_on(DOCUMENTS, Fault::NotFound);
    row.server().clear_journal();
    while row.server().journal().iter().all(|request| request.status == 0) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    row.server().heal();
    eventually(ARRIVED, || async { holds(row.server().journal().len() >= 3, "looks") }).await;
    row.publish(key.data_id(), "a: 2").await;
    let next = within(ARRIVED, "the next change", stream.next()).await;
    assert!(
        matches!(&next, Some(ConfigEvent::Change(ConfigChange::Changed { new, .. })) if &*new.content == "a: 2"),
        "{next:?}"
    );
    center.close().await;
}

/// One document of two cannot be read: that is said once, and not again each time the other one is read.
#[tokio::test]
async fn a_document_that_fails_beside_one_that_does_not_is_told_once() {
    struct Half;

    #[async_trait]
    impl ConfigBackend for Half {
        async fn fetch(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError> {
            match key.data_id() {
                "good" => Ok(ConfigResult::new("a: 1")),
                _ => Err(ConfigCenterError::new(ErrorClass::Forbidden, "bad", "not for you")),
            }
        }
    }

    let logs = Logs::capture();
    let options = HubOptions {
        poll_interval: Duration::from_millis(20),
        ..HubOptions::default()
    };
    let center = bun_server::microservice::config_center::ConfigHub::new(Arc::new(Half), "half://", options);
    let (_good, _bad) = (
        center.config_stream(&"good".into()),
        center.config_stream(&"bad".into()),
    );
    tokio::time::sleep(Duration::from_secs(3)).await;
    let warnings = logs.warnings("not for you");
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert_eq!(logs.lines("INFO", "answers again"), [""; 0]);
    assert!(
        center.last_error().is_some_and(|error| error.contains("not for you")),
        "{:?}",
        center.last_error()
    );
    center.close().await;
}
