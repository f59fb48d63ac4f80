//! Watching services, and choosing an instance.

use std::time::Duration;

use nacos_client::testing::{Fault, TestServer};
use nacos_client::{ErrorKind, Instance, ServiceChange, ServiceChanges, ServiceKey};

use crate::site::{Site, eventually, soon};

cases![
    instances_come_first_then_differences,
    an_instance_is_chosen_by_weight,
    no_instance_to_choose_is_an_error,
];

async fn next(changes: &mut ServiceChanges) -> ServiceChange {
    soon("a change", changes.next()).await.expect("the watch goes on")
}

fn addresses(instances: &[Instance]) -> Vec<String> {
    instances.iter().map(Instance::address).collect()
}

async fn instances_come_first_then_differences(site: Site) {
    let nacos = site.builder().empty_protection(Duration::ZERO).build().unwrap();
    let naming = nacos.naming();
    let (first, second) = (Instance::new("s", "10.0.0.1", 1), Instance::new("s", "10.0.0.2", 1));
    let mut changes = naming.watch("s");
    let mut other = naming.watch("s");
    assert_eq!(*next(&mut changes).await.instances, []);
    assert_eq!(*next(&mut other).await.instances, []);
    naming.register_once(&first).await.unwrap();
    let change = next(&mut changes).await;
    assert_eq!(
        (addresses(&change.added), change.removed.len(), change.changed.len()),
        (vec!["10.0.0.1:1".to_owned()], 0, 0)
    );
    naming.register_once(&second).await.unwrap();
    let change = next(&mut changes).await;
    assert_eq!(
        (addresses(&change.added), change.instances.len()),
        (vec!["10.0.0.2:1".to_owned()], 2)
    );
    naming.register_once(&first.clone().weight(3.0)).await.unwrap();
    let change = next(&mut changes).await;
    assert_eq!((change.changed[0].weight, change.added.len()), (3.0, 0));
    naming.deregister_once(&second).await.unwrap();
    let change = next(&mut changes).await;
    assert_eq!(addresses(&change.removed), ["10.0.0.2:1"]);
    naming.deregister_once(&first).await.unwrap();
    assert_eq!(*next(&mut changes).await.instances, []);
    assert_eq!(nacos.status().watches.len(), 1);
    nacos.close().await.unwrap();
    assert_eq!(soon("the end", changes.next()).await, None);
}

async fn an_instance_is_chosen_by_weight(site: Site) {
    let nacos = site.client();
    let naming = nacos.naming();
    for (ip, weight) in [("10.0.0.1", 1.0), ("10.0.0.2", 9.0), ("10.0.0.3", 0.0)] {
        naming
            .register_once(&Instance::new("s", ip, 1).weight(weight))
            .await
            .unwrap();
    }
    eventually("three instances", || async {
        (naming.list_once(&ServiceKey::new("s")).await.unwrap().len() == 3).then_some(())
    })
    .await;
    let mut heavy = 0;
    for _ in 0..100 {
        let chosen = naming.instances("s").select_one().await.unwrap();
        assert_ne!(chosen.ip, "10.0.0.3", "weight 0 gets no traffic");
        heavy += usize::from(chosen.ip == "10.0.0.2");
    }
    assert!(
        (70..100).contains(&heavy),
        "{heavy} of 100 for nine tenths of the weight"
    );
}

async fn no_instance_to_choose_is_an_error(site: Site) {
    let nacos = site.client();
    let error = nacos.naming().instances("nobody").select_one().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("nobody"), "{error}");
}

#[tokio::test]
async fn an_empty_list_is_told_only_when_it_lasts() {
    let server = TestServer::start().await.unwrap();
    let builder = server.client().poll_interval(Duration::from_millis(20));
    let nacos = builder.empty_protection(Duration::from_millis(500)).build().unwrap();
    let instance = Instance::new("s", "10.0.0.1", 1);
    nacos.naming().register_once(&instance).await.unwrap();
    let mut changes = nacos.naming().watch("s");
    next(&mut changes).await;
    // A restart: the list is empty until the instance registers again.
    server.forget_instances();
    let told = tokio::time::timeout(Duration::from_millis(200), changes.next()).await;
    assert!(told.is_err(), "{told:?}");
    nacos.naming().register_once(&instance).await.unwrap();
    let told = tokio::time::timeout(Duration::from_millis(600), changes.next()).await;
    assert!(told.is_err(), "nothing has changed: {told:?}");
    let start = tokio::time::Instant::now();
    server.forget_instances();
    assert_eq!(addresses(&next(&mut changes).await.removed), ["10.0.0.1:1"]);
    assert!(start.elapsed() >= Duration::from_millis(450), "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_instances_on_disk_serve_until_a_server_answers() {
    let server = TestServer::start().await.unwrap();
    let folder = std::env::temp_dir().join(format!("nacos-client-{:016x}", fastrand::u64(..)));
    let client = || {
        let builder = server
            .client()
            .snapshot_dir(&folder)
            .poll_interval(Duration::from_millis(30));
        builder.call_timeout(Duration::from_millis(200)).build().unwrap()
    };
    let nacos = client();
    nacos
        .naming()
        .register_once(&Instance::new("s", "10.0.0.1", 1))
        .await
        .unwrap();
    next(&mut nacos.naming().watch("s")).await;
    server.fault(Fault::Status(503));
    let late = client();
    let mut changes = late.naming().watch("s");
    assert_eq!(addresses(&next(&mut changes).await.instances), ["10.0.0.1:1"]);
    assert!(late.status().watches[0].last_error.is_some());
    server.heal();
    late.naming()
        .register_once(&Instance::new("s", "10.0.0.2", 1))
        .await
        .unwrap();
    assert_eq!(addresses(&next(&mut changes).await.added), ["10.0.0.2:1"]);
    std::fs::remove_dir_all(folder).unwrap();
}
