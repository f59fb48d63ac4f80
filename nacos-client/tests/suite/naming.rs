//! The single calls of naming.

use std::time::Duration;

use nacos_client::{Beat, ErrorKind, Instance, NacosClient, ServiceKey};

use crate::site::{Site, eventually};

cases![
    an_unknown_service_has_no_instances,
    what_was_registered_is_listed_with_all_it_said,
    a_deregistered_instance_is_gone_and_deregistering_again_is_fine,
    a_beat_knows_whether_the_instance_is_known,
    only_what_may_serve_passes_the_filter,
    clusters_are_listed_when_they_are_named,
    registering_again_changes_it,
    an_instance_without_beats_expires,
    persistent_instances_stay_and_go,
    a_service_holds_one_kind_of_instance,
    arguments_are_checked_before_anything_is_sent,
    services_and_namespaces_are_listed,
];

async fn listed(nacos: &NacosClient, service: &ServiceKey, count: usize) -> Vec<Instance> {
    eventually(&format!("{count} instances"), || async {
        let mut instances = nacos.naming().list_once(service).await.unwrap();
        instances.sort_by(|left, right| left.ip.cmp(&right.ip));
        (instances.len() == count).then_some(instances)
    })
    .await
}

async fn an_unknown_service_has_no_instances(site: Site) {
    let nacos = site.client();
    assert_eq!(nacos.naming().list_once(&ServiceKey::new("nobody")).await.unwrap(), []);
}

async fn what_was_registered_is_listed_with_all_it_said(site: Site) {
    let nacos = site.client();
    let instance = Instance::new("order.service-1", "10.0.0.9", 9090)
        .group("G1")
        .cluster("c-1")
        .weight(2.5)
        .metadata("k", "v=1,2")
        .metadata("zh", "中文😀")
        .metadata("a b", "c&d%\"'\\");
    nacos.naming().register_once(&instance).await.unwrap();
    let key = instance.service_key().cluster("c-1");
    let found = listed(&nacos, &key, 1).await;
    assert_eq!(found, [instance.namespace(&site.namespace)]);
}

async fn a_deregistered_instance_is_gone_and_deregistering_again_is_fine(site: Site) {
    let nacos = site.client();
    let (first, second) = (Instance::new("s", "10.0.0.1", 1), Instance::new("s", "10.0.0.2", 1));
    nacos.naming().register_once(&first).await.unwrap();
    nacos.naming().register_once(&second).await.unwrap();
    listed(&nacos, &first.service_key(), 2).await;
    for _ in 0..2 {
        nacos.naming().deregister_once(&first).await.unwrap();
    }
    let left = listed(&nacos, &first.service_key(), 1).await;
    assert_eq!(left[0].ip, "10.0.0.2");
    nacos
        .naming()
        .deregister_once(&Instance::new("never", "10.0.0.1", 1))
        .await
        .unwrap();
}

async fn a_beat_knows_whether_the_instance_is_known(site: Site) {
    let nacos = site.client();
    let instance = Instance::new("s", "10.0.0.1", 1);
    assert_eq!(nacos.naming().beat_once(&instance).await.unwrap(), Beat::Unknown);
    nacos.naming().register_once(&instance).await.unwrap();
    assert_eq!(nacos.naming().beat_once(&instance).await.unwrap(), Beat::Renewed);
    nacos.naming().deregister_once(&instance).await.unwrap();
    assert_eq!(nacos.naming().beat_once(&instance).await.unwrap(), Beat::Unknown);
}

async fn only_what_may_serve_passes_the_filter(site: Site) {
    let nacos = site.client();
    let naming = nacos.naming();
    let at = |ip: &str| Instance::new("s", ip, 1);
    naming.register_once(&at("10.0.0.1")).await.unwrap();
    naming.register_once(&at("10.0.0.2").healthy(false)).await.unwrap();
    naming.register_once(&at("10.0.0.3").weight(0.0)).await.unwrap();
    naming.register_once(&at("10.0.0.4").enabled(false)).await.unwrap();
    let all = listed(&nacos, &ServiceKey::new("s"), 3).await;
    assert_eq!(
        all.iter().map(|instance| &*instance.ip).collect::<Vec<_>>(),
        ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    );
    let serving = naming.instances("s").healthy().await.unwrap();
    assert_eq!(
        serving.iter().map(Instance::address).collect::<Vec<_>>(),
        ["10.0.0.1:1"]
    );
}

async fn clusters_are_listed_when_they_are_named(site: Site) {
    let nacos = site.client();
    for (ip, cluster) in [("10.0.0.1", "a"), ("10.0.0.2", "b"), ("10.0.0.3", "c")] {
        let instance = Instance::new("s", ip, 1).cluster(cluster);
        nacos.naming().register_once(&instance).await.unwrap();
    }
    let two = listed(&nacos, &ServiceKey::new("s").cluster("a").cluster("c"), 2).await;
    assert_eq!(
        two.iter().map(|instance| &*instance.cluster).collect::<Vec<_>>(),
        ["a", "c"]
    );
}

async fn registering_again_changes_it(site: Site) {
    let nacos = site.client();
    let instance = Instance::new("s", "10.0.0.1", 1).metadata("version", "1");
    nacos.naming().register_once(&instance).await.unwrap();
    nacos
        .naming()
        .register_once(&instance.clone().weight(7.0).metadata("version", "2"))
        .await
        .unwrap();
    eventually("the new weight", || async {
        let found = nacos.naming().list_once(&instance.service_key()).await.unwrap();
        found
            .iter()
            .find(|found| found.weight == 7.0 && found.metadata["version"] == "2")
            .cloned()
    })
    .await;
}

async fn an_instance_without_beats_expires(site: Site) {
    let nacos = site.client();
    // A real server looks every 5 s.
    let unit = if site.is_real() {
        Duration::from_millis(1000)
    } else {
        Duration::from_millis(100)
    };
    let instance = Instance::new("s", "10.0.0.1", 1)
        .heartbeat_interval(unit)
        .expiry(unit * 2, unit * 4);
    nacos.naming().register_once(&instance).await.unwrap();
    assert!(listed(&nacos, &instance.service_key(), 1).await[0].healthy);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while !nacos
        .naming()
        .list_once(&instance.service_key())
        .await
        .unwrap()
        .is_empty()
    {
        assert!(tokio::time::Instant::now() < deadline, "it does not expire");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(nacos.naming().beat_once(&instance).await.unwrap(), Beat::Unknown);
}

async fn persistent_instances_stay_and_go(site: Site) {
    let nacos = site.client();
    let instance = Instance::new("db", "127.0.0.1", 1).ephemeral(false);
    nacos.naming().register_once(&instance).await.unwrap();
    let found = listed(&nacos, &instance.service_key(), 1).await;
    assert!(!found[0].ephemeral);
    assert_eq!(
        nacos.naming().beat_once(&instance).await.unwrap(),
        Beat::Unknown,
        "it has no heartbeat"
    );
    nacos.naming().deregister_once(&instance).await.unwrap();
    listed(&nacos, &instance.service_key(), 0).await;
}

async fn a_service_holds_one_kind_of_instance(site: Site) {
    let nacos = site.client();
    let instance = Instance::new("s", "10.0.0.1", 1);
    nacos.naming().register_once(&instance).await.unwrap();
    let other = Instance::new("s", "10.0.0.2", 1).ephemeral(false);
    let error = nacos.naming().register_once(&other).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.status()),
        (ErrorKind::Conflict, Some(30000), Some(400)),
        "{error}"
    );
}

async fn arguments_are_checked_before_anything_is_sent(site: Site) {
    let nacos = site.client();
    for (instance, field) in [
        (Instance::new("G@@s", "10.0.0.1", 1), "service_name"),
        (Instance::new("s", "10.0.0.1", 0), "port"),
        (Instance::new("s", "10.0.0.1", 1).weight(-1.0), "weight"),
        (Instance::new("s", "10.0.0.1", 1).cluster("a_b"), "cluster"),
        (
            Instance::new("s", "10.0.0.1", 1).metadata("k", "v".repeat(2000)),
            "metadata",
        ),
    ] {
        let error = nacos.naming().register_once(&instance).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidArgument, Some(field)));
    }
}

async fn services_and_namespaces_are_listed(site: Site) {
    let nacos = site.client();
    let admin = nacos.admin();
    admin.create_namespace(&site.namespace, "of a test", "").await.unwrap();
    let taken = admin
        .create_namespace(&site.namespace, "of a test", "")
        .await
        .unwrap_err();
    assert_eq!((taken.kind(), taken.code()), (ErrorKind::Conflict, Some(22002)));
    let namespaces = admin.namespaces().await.unwrap();
    assert!(
        namespaces
            .iter()
            .any(|known| known.id == site.namespace && known.name == "of a test")
    );
    nacos
        .naming()
        .register_once(&Instance::new("s", "10.0.0.1", 1))
        .await
        .unwrap();
    let page = eventually("the service", || async {
        let page = admin.services(1, 10).await.unwrap();
        page.items
            .iter()
            .any(|service| service.instance_count == 1)
            .then_some(page)
    })
    .await;
    assert_eq!(
        (page.total, &*page.items[0].name, page.items[0].healthy_instance_count),
        (1, "s", 1)
    );
    admin.delete_namespace(&site.namespace).await.unwrap();
    assert!(
        !admin
            .namespaces()
            .await
            .unwrap()
            .iter()
            .any(|known| known.id == site.namespace)
    );
}
