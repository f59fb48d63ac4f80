//! Registrations that live in the background.

use std::time::Duration;

use nacos_client::{Beat, Instance, NacosClient, ServiceKey};

use crate::site::{Site, eventually};

cases![
    beats_keep_an_instance_listed_longer_than_it_would_live,
    an_instance_that_the_server_forgot_is_registered_again,
    a_deregistered_instance_never_comes_back,
    a_registration_can_be_changed,
    close_deregisters_everything_and_joins_its_tasks,
    persistent_registrations_have_no_heartbeat,
];

async fn count(nacos: &NacosClient, service: &ServiceKey) -> usize {
    nacos.naming().list_once(service).await.unwrap().len()
}

async fn until(nacos: &NacosClient, service: &ServiceKey, wanted: usize) {
    eventually(&format!("{wanted} instances"), || async {
        (count(nacos, service).await == wanted).then_some(())
    })
    .await;
}

/// An instance that a server forgets soon: after 35 s on a real one by default, faster on the double.
fn short_lived(site: &Site) -> (Instance, Duration) {
    let instance = Instance::new("s", "10.0.0.1", 1);
    if site.is_real() {
        (instance, Duration::from_secs(37))
    } else {
        let unit = Duration::from_millis(100);
        (instance.heartbeat_interval(unit).expiry(unit * 3, unit * 6), unit * 20)
    }
}

async fn beats_keep_an_instance_listed_longer_than_it_would_live(site: Site) {
    let nacos = site.client();
    let (instance, long) = short_lived(&site);
    let registration = nacos.naming().register(instance.clone()).await.unwrap();
    until(&nacos, &instance.service_key(), 1).await;
    let deadline = tokio::time::Instant::now() + long;
    while tokio::time::Instant::now() < deadline {
        tokio::time::sleep(long / 40).await;
        let healthy = nacos.naming().instances("s").healthy().await.unwrap();
        assert_eq!(healthy.len(), 1, "listed and healthy all the time");
    }
    assert_eq!((registration.is_registered(), registration.last_error()), (true, None));
    registration.deregister().await.unwrap();
    until(&nacos, &instance.service_key(), 0).await;
}

async fn an_instance_that_the_server_forgot_is_registered_again(site: Site) {
    let nacos = site
        .builder()
        .heartbeat_interval(Duration::from_millis(200))
        .build()
        .unwrap();
    let instance = Instance::new("s", "10.0.0.1", 1)
        .weight(3.5)
        .metadata("version", "1.4.0");
    let registration = nacos.naming().register(instance.clone()).await.unwrap();
    until(&nacos, &instance.service_key(), 1).await;
    // As if it had expired: another client takes it out behind our back.
    site.client().naming().deregister_once(&instance).await.unwrap();
    // A real server lists it again half a second after its registration.
    tokio::time::sleep(Duration::from_millis(800)).await;
    let found = eventually("the second registration", || async {
        nacos.naming().list_once(&instance.service_key()).await.unwrap().pop()
    })
    .await;
    assert_eq!(
        (found.weight, &*found.metadata["version"]),
        (3.5, "1.4.0"),
        "registered in full"
    );
    registration.deregister().await.unwrap();
}

async fn a_deregistered_instance_never_comes_back(site: Site) {
    // Beats as fast as they can, so that one is nearly always under way.
    let nacos = site
        .builder()
        .heartbeat_interval(Duration::from_millis(1))
        .build()
        .unwrap();
    for port in 1..=10 {
        let instance = Instance::new("s", "10.0.0.1", port);
        let registration = nacos.naming().register(instance.clone()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(fastrand::u64(5..40))).await;
        registration.deregister().await.unwrap();
        assert_eq!(nacos.naming().beat_once(&instance).await.unwrap(), Beat::Unknown);
    }
    until(&nacos, &ServiceKey::new("s"), 0).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(count(&nacos, &ServiceKey::new("s")).await, 0);
    assert_eq!(nacos.status().registrations.len(), 0);
}

async fn a_registration_can_be_changed(site: Site) {
    let nacos = site.client();
    let instance = Instance::new("s", "10.0.0.1", 1);
    let registration = nacos.naming().register(instance.clone()).await.unwrap();
    registration.update(instance.clone().weight(5.0)).await.unwrap();
    eventually("the new weight", || async {
        let found = nacos.naming().list_once(&instance.service_key()).await.unwrap();
        found.into_iter().find(|found| found.weight == 5.0)
    })
    .await;
    let other = registration
        .update(Instance::new("s", "10.0.0.2", 1))
        .await
        .unwrap_err();
    assert_eq!(other.field(), Some("instance"));
    nacos.close().await.unwrap();
}

async fn close_deregisters_everything_and_joins_its_tasks(site: Site) {
    let nacos = site.client();
    for port in 1..=5 {
        let _running = nacos
            .naming()
            .register(Instance::new("s", "10.0.0.1", port))
            .await
            .unwrap();
    }
    let other = site.client();
    until(&other, &ServiceKey::new("s"), 5).await;
    assert_eq!(nacos.status().registrations.len(), 5);
    nacos.close().await.unwrap();
    until(&other, &ServiceKey::new("s"), 0).await;
    let status = nacos.status();
    assert!(
        status.closed && status.tasks == 0 && status.registrations.is_empty(),
        "{status:?}"
    );
}

async fn persistent_registrations_have_no_heartbeat(site: Site) {
    let nacos = site
        .builder()
        .heartbeat_interval(Duration::from_millis(20))
        .build()
        .unwrap();
    let instance = Instance::new("db", "127.0.0.1", 1).ephemeral(false);
    let registration = nacos.naming().register(instance.clone()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(registration.last_error(), None);
    assert_eq!(nacos.status().tasks, 0);
    registration.deregister().await.unwrap();
    until(&nacos, &instance.service_key(), 0).await;
}
