//! Registering and listing.

use bun_server::error::ErrorClass;
use bun_server::prelude::*;
use tests::instances::{instance, name};
use tests::row::ARRIVED;
use tests::{Kind, Row, eventually, holds, unique};

async fn listed(registry: &dyn ServiceRegistry, service: &str) -> Vec<ServiceInstance> {
    registry
        .get_instances(&name(service), &GetInstancesOptions::new())
        .await
        .expect("a list")
}

async fn an_unknown_service_has_no_instances(row: Row) {
    let registry = row.service_registry();
    assert_eq!(listed(&*registry, &unique("unknown")).await, []);
    registry.close().await;
}

async fn what_is_registered_is_listed_as_it_was_said(row: Row) {
    let service = unique("said");
    let registry = row.service_registry();
    let said = instance(&service, 7)
        .weight(2.5)
        .metadata("version", "1.4.0")
        .metadata("区域", "上海 👋, a=b & c%d");
    registry.register(&said).await.expect("a registration");
    let found = eventually(ARRIVED, || async {
        let list = listed(&*registry, &service).await;
        holds(list.len() == 1, &list).map(|()| list)
    })
    .await;
    assert_eq!(found[0].address(), said.address());
    assert!((found[0].weight - 2.5).abs() < f64::EPSILON);
    assert!(found[0].healthy && found[0].enabled && found[0].is_routable());
    assert_eq!(found[0].version(), Some("1.4.0"));
    let metadata = |instance: &ServiceInstance| instance.metadata.get("区域").cloned();
    assert_eq!(metadata(&found[0]), metadata(&said));
    registry.close().await;
}

async fn a_deregistered_instance_is_gone_and_stays_gone(row: Row) {
    let service = unique("gone");
    let registry = row.service_registry();
    let (one, two) = (instance(&service, 1), instance(&service, 2));
    registry.register(&one).await.expect("a registration");
    registry.register(&two).await.expect("a registration");
    row.registered(&service, 2).await;
    registry.deregister(&one).await.expect("a deregistration");
    assert_eq!(row.registered(&service, 1).await, [two.address()]);
    // A beat that was under way would bring it back within two intervals.
    tokio::time::sleep(tests::row::BEAT * 3).await;
    assert_eq!(row.addresses(&service).await, [two.address()], "no zombie");
    registry
        .deregister(&one)
        .await
        .expect("a second deregistration is no error");
    registry.close().await;
    assert_eq!(
        row.registered(&service, 0).await,
        [""; 0],
        "close takes out what is left"
    );
}

async fn a_deregistration_right_after_the_registration_leaves_no_zombie(row: Row) {
    let service = unique("hasty");
    let registry = row.service_registry();
    let hasty = instance(&service, 1);
    for _ in 0..5 {
        let (registered, deregistered) = tokio::join!(registry.register(&hasty), async {
            tokio::task::yield_now().await;
            registry.deregister(&hasty).await
        });
        // Whichever came first: at the end it must not be there.
        let _ = registered;
        deregistered.expect("a deregistration");
        registry.deregister(&hasty).await.expect("a deregistration");
    }
    tokio::time::sleep(tests::row::BEAT * 3).await;
    assert_eq!(row.registered(&service, 0).await, [""; 0]);
    registry.close().await;
}

async fn registering_again_replaces_what_is_said(row: Row) {
    let service = unique("again");
    let registry = row.service_registry();
    registry
        .register(&instance(&service, 1).metadata("version", "1"))
        .await
        .expect("a registration");
    registry
        .register(&instance(&service, 1).metadata("version", "2"))
        .await
        .expect("a registration");
    eventually(ARRIVED, || async {
        let list = listed(&*registry, &service).await;
        let versions: Vec<_> = list.iter().map(ServiceInstance::version).collect();
        holds(versions == [Some("2")], &list)
    })
    .await;
    registry.close().await;
}

async fn what_must_not_be_registered_is_refused_before_it_is_sent(row: Row) {
    let service = unique("refused");
    let registry = row.service_registry();
    let good = instance(&service, 1);
    let mut unspecified = good.clone();
    unspecified.host = "0.0.0.0".to_owned();
    let mut no_port = good.clone();
    no_port.port = 0;
    let mut no_host = good.clone();
    no_host.host = "a/b".to_owned();
    for (wrong, because) in [
        (unspecified, "unspecified"),
        (no_port, "port 0"),
        (no_host, "host"),
        (good.clone().weight(-1.0), "weight"),
        (good.metadata("nacos.x", "y"), "nacos.x"),
    ] {
        let error = registry.register(&wrong).await.expect_err(because);
        assert_eq!(error.class(), ErrorClass::InvalidArgument, "{error}");
        assert!(error.to_string().contains(because), "{error}");
    }
    assert_eq!(row.addresses(&service).await, [""; 0]);
    registry.close().await;
}

async fn healthy_only_leaves_out_what_gets_no_traffic(row: Row) {
    let service = unique("healthy");
    let registry = row.service_registry();
    registry.register(&instance(&service, 1)).await.expect("a registration");
    registry
        .register(&instance(&service, 2).weight(0.0))
        .await
        .expect("a registration");
    row.registered(&service, 2).await;
    let healthy = GetInstancesOptions::new().healthy_only();
    let list = registry.get_instances(&name(&service), &healthy).await.expect("a list");
    let hosts: Vec<&str> = list.iter().map(|instance| instance.host.as_str()).collect();
    assert_eq!(hosts, ["192.0.2.1"]);
    registry.close().await;
}

async fn groups_and_clusters_keep_instances_apart(row: Row) {
    let service = unique("apart");
    let registry = row.service_registry();
    let here = if row.kind == Kind::Memory {
        instance(&service, 1).cluster("DEFAULT")
    } else {
        instance(&service, 1)
    };
    registry.register(&here).await.expect("a registration");
    registry
        .register(&instance(&service, 2).cluster("c2"))
        .await
        .expect("a registration");
    registry
        .register(&instance(&service, 3).group("G2"))
        .await
        .expect("a registration");
    for (options, expected) in [
        (GetInstancesOptions::new().cluster("c2"), "192.0.2.2"),
        (GetInstancesOptions::new().cluster("DEFAULT"), "192.0.2.1"),
        (GetInstancesOptions::new().group("G2"), "192.0.2.3"),
    ] {
        eventually(ARRIVED, || async {
            let list = registry.get_instances(&name(&service), &options).await.expect("a list");
            holds(list.len() == 1 && list[0].host == expected, (&options, &list))
        })
        .await;
    }
    registry.close().await;
}

async fn a_closed_registry_says_so(row: Row) {
    let registry = row.service_registry();
    registry.close().await;
    let service = unique("closed");
    let error = registry.register(&instance(&service, 1)).await.expect_err("closed");
    assert_eq!(error.class(), ErrorClass::Closed, "{error}");
    let list = registry
        .get_instances(&name(&service), &GetInstancesOptions::new())
        .await;
    assert_eq!(list.expect_err("closed").class(), ErrorClass::Closed);
}

tests::rows! {
    everywhere:
        an_unknown_service_has_no_instances,
        what_is_registered_is_listed_as_it_was_said,
        a_deregistered_instance_is_gone_and_stays_gone,
        a_deregistration_right_after_the_registration_leaves_no_zombie,
        registering_again_replaces_what_is_said,
        what_must_not_be_registered_is_refused_before_it_is_sent,
        healthy_only_leaves_out_what_gets_no_traffic,
        groups_and_clusters_keep_instances_apart,
        a_closed_registry_says_so;
}
