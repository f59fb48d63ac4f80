//! What only a double can be made to do, and registrations and lists survive it.

use std::time::Duration;

use bun_server::error::ErrorClass;
use bun_server::microservice::service_registry::RegistryHubOptions;
use bun_server::prelude::*;
use nacos_client::testing::Fault;
use tests::instances::{instance, name, service_registry};
use tests::logs::Logs;
use tests::row::{ARRIVED, BEAT, POLL};
use tests::{Row, eventually, holds, unique, within};

const PATIENCE: Duration = Duration::from_millis(400);

async fn troubled() -> (Row, std::sync::Arc<dyn ServiceRegistry>, String) {
    let row = Row::test_server().await.expect("a TestServer");
    let options = RegistryHubOptions {
        poll_interval: POLL,
        request_timeout: PATIENCE,
        empty_protection: Duration::from_secs(3),
        heartbeat_interval: Some(BEAT),
    };
    let registry = service_registry(
        &row.nacos_registry().heartbeat_interval(BEAT).request_timeout(PATIENCE),
        &options,
    );
    (row, registry, unique("troubled"))
}

async fn every_call_meets(fault: Fault, class: ErrorClass) {
    let (row, registry, service) = troubled().await;
    row.server().fault(fault.clone());
    let (asked, options) = (name(&service), GetInstancesOptions::new());
    let list = within(PATIENCE * 4, "the list", registry.get_instances(&asked, &options)).await;
    let list = list.expect_err("no list");
    assert_eq!(list.class(), class, "{fault:?}: {list}");
    let registered = within(ARRIVED, "the registration", registry.register(&instance(&service, 1))).await;
    let registered = registered.expect_err("no registration");
    assert_eq!(registered.class(), class, "{fault:?}: {registered}");
    assert!(
        registered.to_string().contains(&service) || registered.to_string().contains("nacos://"),
        "{registered}"
    );
    row.server().heal();
    // Nothing is kept of a registration that failed.
    tokio::time::sleep(BEAT * 3).await;
    assert_eq!(row.addresses(&service).await, [""; 0], "{fault:?}");
    registry
        .register(&instance(&service, 1))
        .await
        .expect("the server is well again");
    registry.close().await;
}

#[tokio::test]
async fn bodies_that_are_not_of_nacos_are_unreadable_answers() {
    every_call_meets(Fault::Garbage, ErrorClass::Decode).await;
}

#[tokio::test]
async fn success_with_empty_bodies_are_unreadable_answers() {
    every_call_meets(Fault::Empty, ErrorClass::Decode).await;
}

#[tokio::test]
async fn a_server_that_accepts_and_never_answers_is_a_timeout() {
    every_call_meets(Fault::Hang, ErrorClass::Timeout).await;
}

#[tokio::test]
async fn a_server_error_is_unavailable() {
    every_call_meets(Fault::Status(503), ErrorClass::Unavailable).await;
}

#[tokio::test]
async fn a_broken_connection_is_unavailable() {
    every_call_meets(Fault::Refuse, ErrorClass::Unavailable).await;
}

/// Two instances, one watcher, and a server that is not itself for longer than a registration lives.
async fn an_outage_is_survived(fault: Fault) {
    let logs = Logs::capture();
    let (row, registry, service) = troubled().await;
    registry.register(&instance(&service, 1)).await.expect("a registration");
    registry.register(&instance(&service, 2)).await.expect("a registration");
    let mut stream = registry.instance_stream(&name(&service), &GetInstancesOptions::new());
    eventually(ARRIVED, || async {
        let list = registry
            .get_instances(&name(&service), &GetInstancesOptions::new())
            .await
            .expect("a list");
        holds(list.len() == 2, &list)
    })
    .await;
    let first = within(ARRIVED, "a list", stream.next()).await.expect("a list");
    if first.len() < 2 {
        within(ARRIVED, "a list", stream.next()).await;
    }
    row.server().fault(fault.clone());
    tokio::time::sleep(Duration::from_secs(4)).await;
    let kept = registry
        .get_instances(&name(&service), &GetInstancesOptions::new())
        .await;
    assert_eq!(
        kept.expect("the last list").len(),
        2,
        "{fault:?}: the last list is kept"
    );
    row.server().forget_instances();
    row.server().heal();
    // They are registered again by themselves, one after the other; the watcher was never told that nobody is there.
    row.registered(&service, 2).await;
    let mut last = first.len().max(2);
    while let Ok(list) = tokio::time::timeout(POLL * 4, stream.next()).await {
        last = list.expect("a list").len();
        assert!(last > 0, "{fault:?}: an outage of the server is none of the instances");
    }
    assert_eq!(last, 2, "{fault:?}");
    let warnings = logs.warnings("next try");
    assert!(
        warnings.len() <= 3,
        "once for each registration and once for the list: {warnings:#?}"
    );
    registry.close().await;
    assert_eq!(row.addresses(&service).await, [""; 0]);
}

#[tokio::test]
async fn registrations_and_lists_survive_garbage() {
    an_outage_is_survived(Fault::Garbage).await;
}

#[tokio::test]
async fn registrations_and_lists_survive_empty_bodies() {
    an_outage_is_survived(Fault::Empty).await;
}

#[tokio::test]
async fn registrations_and_lists_survive_silence() {
    an_outage_is_survived(Fault::Hang).await;
}

#[tokio::test]
async fn registrations_and_lists_survive_server_errors() {
    an_outage_is_survived(Fault::Status(500)).await;
}

#[tokio::test]
async fn registrations_and_lists_survive_broken_connections() {
    an_outage_is_survived(Fault::Refuse).await;
}

/// A server that forgets everybody (its disk was wiped) has an empty list for a moment; that is not an outage of ours.
#[tokio::test]
async fn an_empty_list_after_a_full_one_is_believed_only_when_it_stays() {
    let (row, registry, service) = troubled().await;
    let others = row.service_registry();
    others.register(&instance(&service, 9)).await.expect("a registration");
    row.registered(&service, 1).await;
    let mut stream = registry.instance_stream(&name(&service), &GetInstancesOptions::new());
    assert_eq!(within(ARRIVED, "a list", stream.next()).await.expect("a list").len(), 1);
    row.server().forget_instances();
    row.registered(&service, 1).await;
    let told = tokio::time::timeout(POLL * 3, stream.next()).await;
    assert!(told.is_err(), "a short gap was told: {told:?}");
    others.close().await;
    let last = within(ARRIVED, "the empty list", stream.next()).await.expect("a list");
    assert_eq!(last.len(), 0, "a gap that stays is a change");
    registry.close().await;
}

/// A stop must not wait for a server that never answers.
#[tokio::test]
async fn closing_ends_in_time_while_the_server_is_silent() {
    let (row, registry, service) = troubled().await;
    registry.register(&instance(&service, 1)).await.expect("a registration");
    let _stream = registry.instance_stream(&name(&service), &GetInstancesOptions::new());
    row.server().fault(Fault::Hang);
    within(Duration::from_secs(5), "closing", registry.close()).await;
}
