//! What an operator does: instances over their heads, clusters, connections, capacities, logs.

use std::collections::BTreeMap;

use nacos_client::admin::{
    CapacityOf, ClusterSettings, ConfigSearch, HealthChecker, InstancePatch, LogLevel, LogModule, ServiceSearch,
};
use nacos_client::{ConfigKey, ErrorKind, Instance, ServiceKey};

use crate::site::{Site, eventually};

cases![
    a_patch_changes_what_it_names_only,
    metadata_of_many_instances_are_set_and_removed,
    an_operator_registers_and_deregisters,
    the_check_of_a_cluster_is_set,
    services_are_listed_with_their_instances,
    publishers_and_subscribers_are_told,
    members_are_found_by_address_and_state,
    connections_are_told_and_redirected,
    logs_caches_and_generators_answer,
    a_capacity_is_set,
    nobody_listens_over_http,
];

async fn a_patch_changes_what_it_names_only(site: Site) {
    let nacos = site.client();
    let admin = nacos.admin();
    let instance = Instance::new("patched", "10.0.0.1", 1)
        .weight(2.0)
        .metadata("zone", "a")
        .metadata("own", "1");
    nacos.naming().register_once(&instance).await.unwrap();
    eventually("the instance", || async { admin.instance(&instance).await.ok() }).await;
    let see = |what: &'static str, weight: f64, zone: &'static str| {
        let (admin, instance) = (&admin, &instance);
        eventually(what, move || async move {
            let seen = admin.instance(instance).await.unwrap();
            ((seen.weight - weight).abs() < 0.01 && seen.metadata["zone"] == zone && seen.metadata["own"] == "1")
                .then_some(())
        })
    };
    let patch = InstancePatch::new().metadata("zone", "b");
    admin.patch_instance(&instance, &patch).await.unwrap();
    see("the zone, and the weight as before", 2.0, "b").await;
    admin
        .patch_instance(&instance, &InstancePatch::new().weight(7.5))
        .await
        .unwrap();
    see("the weight, and the zone as before", 7.5, "b").await;
    admin
        .patch_instance(&instance, &InstancePatch::new().enabled(false))
        .await
        .unwrap();
    eventually("out of the list", || async {
        let listed = nacos.naming().list_once(&instance.service_key()).await.unwrap();
        listed.is_empty().then_some(())
    })
    .await;
    let absent = Instance::new("patched", "10.0.0.9", 1);
    assert!(admin.patch_instance(&absent, &patch).await.unwrap_err().is_not_found());
    let heavy = admin
        .patch_instance(&instance, &InstancePatch::new().weight(10_001.0))
        .await
        .unwrap_err();
    assert_eq!(heavy.field(), Some("weight"));
    admin.deregister_instance(&instance).await.unwrap();
}

async fn metadata_of_many_instances_are_set_and_removed(site: Site) {
    let nacos = site.client();
    let admin = nacos.admin();
    let service = ServiceKey::new("batch").cluster("DEFAULT").cluster("c2");
    let instances = [
        Instance::new("batch", "10.0.0.1", 1).metadata("own", "1"),
        Instance::new("batch", "10.0.0.2", 2).cluster("c2"),
    ];
    for instance in &instances {
        nacos.naming().register_once(instance).await.unwrap();
    }
    eventually("both", || async {
        let listed = nacos.naming().list_once(&service).await.unwrap();
        (listed.len() == 2).then_some(())
    })
    .await;
    let entry = |key: &str| BTreeMap::from([(key.to_owned(), "团队".to_owned())]);
    let updated = admin.set_metadata(&service, &[], &entry("all")).await.unwrap();
    assert_eq!(updated.len(), 2, "{updated:?}");
    let absent = Instance::new("batch", "10.0.0.9", 9);
    let updated = admin
        .set_metadata(&service, &[instances[0].clone(), absent], &entry("one"))
        .await
        .unwrap();
    assert!(
        updated.len() == 1 && updated[0].starts_with("10.0.0.1:1:"),
        "{updated:?}"
    );
    let keys = |instance: &Instance| instance.metadata.keys().cloned().collect::<Vec<_>>();
    eventually("the metadata", || async {
        let first = keys(&admin.instance(&instances[0]).await.unwrap());
        let second = keys(&admin.instance(&instances[1]).await.unwrap());
        (first == ["all", "one", "own"] && second == ["all"]).then_some(())
    })
    .await;
    admin.remove_metadata(&service, &[], ["all"]).await.unwrap();
    eventually("without", || async {
        let first = keys(&admin.instance(&instances[0]).await.unwrap());
        let second = keys(&admin.instance(&instances[1]).await.unwrap());
        (first == ["one", "own"] && second.is_empty()).then_some(())
    })
    .await;
    let unknown = admin
        .set_metadata(&ServiceKey::new("unknown"), &[], &entry("a"))
        .await
        .unwrap();
    assert!(unknown.is_empty());
    for instance in &instances {
        admin.deregister_instance(instance).await.unwrap();
    }
}

async fn an_operator_registers_and_deregisters(site: Site) {
    let nacos = site.client();
    let admin = nacos.admin();
    let instance = Instance::new("by-operator", "10.0.0.1", 1)
        .weight(3.0)
        .metadata("a", "=,&%");
    admin.register_instance(&instance).await.unwrap();
    let listed = eventually("listed", || async {
        nacos
            .naming()
            .list_once(&instance.service_key())
            .await
            .unwrap()
            .into_iter()
            .next()
    })
    .await;
    assert_eq!((listed.weight, &*listed.metadata["a"]), (3.0, "=,&%"));
    for _ in 0..2 {
        admin.deregister_instance(&instance).await.unwrap();
    }
    eventually("gone", || async {
        let listed = nacos.naming().list_once(&instance.service_key()).await.unwrap();
        listed.is_empty().then_some(())
    })
    .await;
}

async fn the_check_of_a_cluster_is_set(site: Site) {
    let nacos = site.client();
    let admin = nacos.admin();
    let service = ServiceKey::new("checked");
    let settings = ClusterSettings::new(HealthChecker::None).port(9090).metadata("a", "b");
    let absent = admin.update_cluster(&service, "DEFAULT", &settings).await.unwrap_err();
    assert_eq!(absent.kind(), ErrorKind::InvalidArgument, "{absent}");
    let instance = Instance::new("checked", "127.0.0.1", 1).ephemeral(false);
    nacos.naming().register_once(&instance).await.unwrap();
    eventually("the service", || async { admin.service(&service).await.ok() }).await;
    admin.update_cluster(&service, "DEFAULT", &settings).await.unwrap();
    eventually("the server does not check any more", || async {
        let refused = admin.set_health(&instance, false).await.unwrap_err();
        // 3.0.3 takes the persistent instance for an ephemeral one.
        (refused.kind() == ErrorKind::Conflict).then_some(())
    })
    .await;
    let kinds = admin.health_checkers().await.unwrap();
    assert!(kinds.contains_key("TCP") && kinds.contains_key("NONE"), "{kinds:?}");
    nacos.naming().deregister_once(&instance).await.unwrap();
}

async fn services_are_listed_with_their_instances(site: Site) {
    let nacos = site.client();
    let admin = nacos.admin();
    let instance = Instance::new("full", "10.0.0.1", 1).group("G").metadata("a", "b");
    nacos.naming().register_once(&instance).await.unwrap();
    let search = ServiceSearch::new().name("full").group("G");
    let (service, instances) = eventually("the service with its instance", || async {
        let page = admin.services_with_instances(&search, 1, 10).await.unwrap();
        page.items.into_iter().find(|(_, instances)| !instances.is_empty())
    })
    .await;
    assert_eq!((&*service.name, &*service.group), ("full", "G"));
    assert_eq!(service.clusters, ["DEFAULT"]);
    assert_eq!(
        (&*instances[0].address(), &*instances[0].metadata["a"]),
        ("10.0.0.1:1", "b")
    );
    assert!(admin.selector_types().await.unwrap().contains(&"none".to_owned()));
    nacos.naming().deregister_once(&instance).await.unwrap();
}

async fn publishers_and_subscribers_are_told(site: Site) {
    let nacos = site.client();
    let admin = nacos.admin();
    let port = fastrand::u16(1024..);
    let instance = Instance::new("told", "10.0.0.1", port).cluster("c1");
    nacos.naming().register_once(&instance).await.unwrap();
    let key = ServiceKey::new("told");
    let (id, publisher) = eventually("the publisher", || async {
        admin.publishers_of(&key).await.unwrap().into_iter().next()
    })
    .await;
    assert_eq!(id, format!("10.0.0.1:{port}#true"));
    assert_eq!(
        (publisher.port, &*publisher.cluster, publisher.ephemeral),
        (port, "c1", true)
    );
    assert!(admin.subscribed_by(&id).await.unwrap().is_empty());
    assert!(admin.subscribed_by("nobody").await.unwrap_err().is_not_found());
    assert!(admin.subscribers_of(&key).await.unwrap().is_empty());
    assert_eq!(admin.all_subscribers_of(&key, 1, 10).await.unwrap().total, 0);
    assert!(
        admin
            .publishers_of(&ServiceKey::new("unknown"))
            .await
            .unwrap()
            .is_empty()
    );
    nacos.naming().deregister_once(&instance).await.unwrap();
}

async fn members_are_found_by_address_and_state(site: Site) {
    let admin = site.client().admin();
    admin.alive().await.unwrap();
    let me = admin.this_member().await.unwrap();
    assert_eq!(admin.find_members(&me.address, "UP").await.unwrap().len(), 1);
    assert!(admin.find_members("", "DOWN").await.unwrap().is_empty());
    let wrong = admin.find_members("", "SLEEPY").await.unwrap_err();
    assert_eq!(wrong.code(), Some(23000), "{wrong}");
}

async fn connections_are_told_and_redirected(site: Site) {
    let admin = site.client().admin();
    admin.connections().await.unwrap();
    let load = admin.connection_load().await.unwrap();
    assert!(load.completed && load.servers.len() == 1, "{load:?}");
    admin
        .redirect_connection("no-such-connection", "127.0.0.1:1")
        .await
        .unwrap();
    admin.balance_connections(0.1).await.unwrap();
    assert_eq!(
        admin.balance_connections(2.0).await.unwrap_err().field(),
        Some("tolerance")
    );
}

async fn logs_caches_and_generators_answer(site: Site) {
    let admin = site.client().admin();
    for (module, log) in [
        (LogModule::Config, "config-server"),
        (LogModule::Naming, "naming-main"),
        (LogModule::Core, "core"),
    ] {
        admin.set_log_level(module, log, LogLevel::Info).await.unwrap();
    }
    admin.refresh_config_cache().await.unwrap();
    let generators = admin.id_generators().await.unwrap();
    assert!(generators.iter().any(|ids| ids.resource == "config-info-id"));
    admin
        .raft_command("naming_service_metadata", "doSnapshot", "")
        .await
        .unwrap();
    let metrics = admin.metrics().await.unwrap();
    assert!(
        metrics["status"] == "UP" && metrics.contains_key("serviceCount"),
        "{metrics:?}"
    );
}

async fn a_capacity_is_set(site: Site) {
    let admin = site.client().admin();
    admin.publish(&ConfigKey::new("counted"), "x").await.unwrap();
    let of = CapacityOf::Namespace(&site.namespace);
    admin.set_capacity(of, 77, 5_000).await.unwrap();
    let capacity = admin.capacity(of).await.unwrap();
    assert_eq!((capacity.quota, capacity.max_size), (77, 5_000));
    let group = format!("g-{}", site.namespace);
    let of = CapacityOf::Group(&group);
    assert_eq!(admin.capacity(of).await.unwrap().usage, 0);
    let nowhere = admin.capacity(CapacityOf::Group("not a group")).await.unwrap_err();
    assert_eq!(nowhere.field(), Some("group"));
}

async fn nobody_listens_over_http(site: Site) {
    let admin = site.client().admin();
    assert!(admin.listened_by("10.255.255.1").await.unwrap().is_empty());
    assert!(admin.listeners(&ConfigKey::new("a")).await.unwrap().is_empty());
    assert_eq!(admin.configs(&ConfigSearch::new(), 1, 1).await.unwrap().total, 0);
}
