//! Registrations that live by beats.

use std::time::Duration;

use bun_server::microservice::service_registry::RegistryHubOptions;
use bun_server::prelude::*;
use tests::instances::{instance, name, service_registry};
use tests::row::BEAT;
use tests::{Kind, Row, unique};
use tokio::time::Instant;

/// How long a registration with short beats lives without one: six intervals.
const EXPIRY: Duration = Duration::from_millis(3000);

async fn beats_keep_a_registration_longer_than_its_expiry(row: Row) {
    let service = unique("beats");
    let registry = row.service_registry();
    registry.register(&instance(&service, 1)).await.expect("a registration");
    row.registered(&service, 1).await;
    let begun = Instant::now();
    while begun.elapsed() < EXPIRY * 2 {
        let list = registry
            .get_instances(&name(&service), &GetInstancesOptions::new())
            .await
            .expect("a list");
        assert!(
            list.len() == 1 && list[0].healthy,
            "after {:?}: {list:?}",
            begun.elapsed()
        );
        tokio::time::sleep(BEAT).await;
    }
    registry.close().await;
}

/// With everything at its default: unhealthy after 15 s without a beat, removed after 30 s. On a real server in real time.
async fn the_default_beat_keeps_a_registration_for_more_than_35_seconds(row: Row) {
    let service = unique("default-beats");
    let registry = service_registry(&row.nacos_registry(), &RegistryHubOptions::default());
    registry.register(&instance(&service, 1)).await.expect("a registration");
    row.registered(&service, 1).await;
    let begun = Instant::now();
    // TestServer keeps the same rules; a little more than the first limit says that it got beats.
    let long_enough = Duration::from_secs(if row.kind == Kind::TestServer { 17 } else { 37 });
    while begun.elapsed() < long_enough {
        let list = registry
            .get_instances(&name(&service), &GetInstancesOptions::new())
            .await
            .expect("a list");
        assert!(
            list.len() == 1 && list[0].healthy,
            "after {:?}: {list:?}",
            begun.elapsed()
        );
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    registry.close().await;
}

/// Whoever dies without a word is gone after the expiry that its registration tells the server.
async fn without_beats_a_registration_expires(row: Row) {
    let service = unique("silent");
    let registry = row.service_registry();
    registry.register(&instance(&service, 1)).await.expect("a registration");
    row.registered(&service, 1).await;
    drop(registry); // like kill -9: no deregistration
    row.registered(&service, 0).await;
}

async fn a_registration_that_the_server_lost_comes_back_with_all_its_data(row: Row) {
    let service = unique("lost");
    let registry = row.service_registry();
    let said = instance(&service, 1).metadata("version", "3").weight(4.0);
    registry.register(&said).await.expect("a registration");
    row.registered(&service, 1).await;
    behind_its_back(&row, &service).await;
    tests::eventually(Duration::from_secs(15), || async {
        let list = registry
            .get_instances(&name(&service), &GetInstancesOptions::new())
            .await
            .expect("a list");
        let versions: Vec<_> = list.iter().map(|found| (found.version(), found.weight)).collect();
        tests::holds(versions == [(Some("3"), 4.0)], &list)
    })
    .await;
    registry.close().await;
}

/// Takes the instance out as somebody else.
async fn behind_its_back(row: &Row, service: &str) {
    let key = nacos_client::ServiceKey::new(service).namespace(&row.namespace);
    let take_out = |client: nacos_client::NacosClient| async move {
        for found in client.naming().list_once(&key).await.expect("a list") {
            client.naming().deregister_once(&found).await.expect("a deregistration");
        }
    };
    row.nacos().ask(take_out).await;
}

async fn a_renewal_by_hand_is_one_beat_and_needs_a_registration(row: Row) {
    let service = unique("renewed");
    let registry = row.service_registry();
    let error = registry
        .renew(&instance(&service, 1))
        .await
        .expect_err("not registered");
    assert_eq!(error.class(), bun_server::error::ErrorClass::NotFound, "{error}");
    registry.register(&instance(&service, 1)).await.expect("a registration");
    registry.renew(&instance(&service, 1)).await.expect("a renewal");
    registry.close().await;
}

tests::rows! {
    everywhere:
        beats_keep_a_registration_longer_than_its_expiry,
        a_renewal_by_hand_is_one_beat_and_needs_a_registration;
    on_nacos:
        the_default_beat_keeps_a_registration_for_more_than_35_seconds,
        without_beats_a_registration_expires,
        a_registration_that_the_server_lost_comes_back_with_all_its_data;
}

/// Who beats more seldom than the server expects must tell it, else it is unhealthy between two beats.
#[tokio::test]
async fn the_interval_of_an_application_is_told_to_the_server() {
    use tests::application::{Directory, application};

    let row = Row::test_server().await.expect("a TestServer");
    let options = row.options().heartbeat_interval(Duration::from_secs(20));
    let handle = application("user-service", &Directory::new())
        .import(tests::shop::UserModule)
        .import(MicroserviceModule::for_root(options))
        .start()
        .await
        .expect("a start");
    row.registered("user-service", 1).await;
    let key = nacos_client::ServiceKey::new("user-service").namespace(&row.namespace);
    let told = row.server().instances(&key).remove(0).metadata;
    let milliseconds = |name: &str| told.get(name).and_then(|text| text.parse::<u64>().ok());
    assert_eq!(milliseconds("preserved.heart.beat.interval"), Some(20_000));
    assert_eq!(milliseconds("preserved.heart.beat.timeout"), Some(60_000));
    assert_eq!(milliseconds("preserved.ip.delete.timeout"), Some(120_000));
    handle.shutdown().await.expect("a clean stop");
}
