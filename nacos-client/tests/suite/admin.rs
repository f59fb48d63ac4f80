//! Administration.

use nacos_client::admin::{ConfigSearch, HistoryOperation, ServiceSearch, ServiceSettings};
use nacos_client::{ConfigKey, ErrorKind, Instance, ServiceKey};

use crate::site::{Site, eventually};

cases![
    configurations_are_searched_by_pattern_and_deleted_by_id,
    the_history_tells_every_change_with_its_content,
    a_change_is_rolled_back,
    a_deletion_and_a_creation_are_rolled_back,
    a_beta_version_is_read_by_its_addresses_only,
    namespaces_are_created_changed_and_deleted,
    a_namespace_asked_by_its_name_is_told_its_id,
    services_are_created_changed_and_deleted,
    a_full_service_is_not_deleted,
    an_operator_overrides_what_an_instance_says,
    the_cluster_tells_of_itself,
];

async fn configurations_are_searched_by_pattern_and_deleted_by_id(site: Site) {
    let admin = site.client().admin();
    for name in ["order-1.yaml", "order-2.yaml", "user.json"] {
        let content_type = name.rsplit('.').next().unwrap();
        admin
            .publish(&ConfigKey::new(name), "{}")
            .content_type(content_type)
            .await
            .unwrap();
    }
    let all = admin.configs(&ConfigSearch::new(), 1, 10).await.unwrap();
    assert_eq!((all.total, all.pages, all.items.len()), (3, 1, 3));
    let orders = admin
        .configs(&ConfigSearch::new().data_id("order-*"), 1, 1)
        .await
        .unwrap();
    assert_eq!((orders.total, orders.pages, orders.items.len()), (2, 2, 1));
    let exact = ConfigSearch::new().data_id("user.json").group("DEFAULT_GROUP").exact();
    let one = admin.configs(&exact, 1, 10).await.unwrap();
    assert_eq!(
        (&*one.items[0].data_id, one.items[0].content_type.as_deref()),
        ("user.json", Some("json"))
    );
    assert_eq!(admin.all_configs(&site.namespace).await.unwrap().len(), 3);
    let ids: Vec<_> = all.items.iter().map(|config| &*config.id).collect();
    admin.delete_by_ids(ids).await.unwrap();
    assert_eq!(admin.configs(&ConfigSearch::new(), 1, 10).await.unwrap().items, []);
}

async fn the_history_tells_every_change_with_its_content(site: Site) {
    let admin = site.client().admin();
    let key = ConfigKey::new("h");
    assert_eq!(admin.history(&key, 1, 10).await.unwrap().items, []);
    admin.publish(&key, "1").content_type("json").await.unwrap();
    admin.publish(&key, "2").content_type("json").await.unwrap();
    let id = admin.get(&key).await.unwrap().id;
    admin.delete(&key).await.unwrap();
    let history = admin.history(&key, 1, 10).await.unwrap();
    let operations: Vec<_> = history.items.iter().map(|entry| entry.operation).collect();
    let expected = [
        HistoryOperation::Delete,
        HistoryOperation::Update,
        HistoryOperation::Insert,
    ];
    assert_eq!(operations, expected);
    let mut contents = Vec::new();
    for entry in &history.items {
        let record = admin.history_record(&key, &entry.id).await.unwrap();
        assert_eq!(
            (record.content_type.as_deref(), record.entry.beta),
            (Some("json"), false)
        );
        assert!(record.entry.modified.is_some() && record.entry.ip.is_some());
        contents.push(record.content);
    }
    // Before the change, but for the creation.
    assert_eq!(contents, ["2", "1", "1"]);
    assert_eq!(admin.previous_record(&key, &id).await.unwrap().content, "2");
    let absent = admin.history_record(&key, "999999999").await.unwrap_err();
    assert_eq!(absent.kind(), ErrorKind::NotFound, "{absent}");
}

async fn a_change_is_rolled_back(site: Site) {
    let admin = site.client().admin();
    let key = ConfigKey::new("cipher-aes-r.json");
    admin.publish(&key, "{\"v\":1}").content_type("json").await.unwrap();
    let first = admin.get(&key).await.unwrap().document;
    admin.publish(&key, "{\"v\":2}").content_type("json").await.unwrap();
    let latest = admin.history(&key, 1, 1).await.unwrap().items.remove(0);
    admin.rollback(&key, &latest.id).await.unwrap();
    let now = admin.get(&key).await.unwrap().document;
    assert_eq!(
        (now.md5, now.content),
        (first.md5, first.content),
        "the ciphertext, not encrypted twice"
    );
    assert_eq!(
        (now.content_type, now.encrypted_data_key),
        (first.content_type, first.encrypted_data_key)
    );
}

async fn a_deletion_and_a_creation_are_rolled_back(site: Site) {
    let admin = site.client().admin();
    let key = ConfigKey::new("r");
    admin.publish(&key, "x").await.unwrap();
    admin.delete(&key).await.unwrap();
    let deletion = admin.history(&key, 1, 1).await.unwrap().items.remove(0);
    admin.rollback(&key, &deletion.id).await.unwrap();
    assert_eq!(admin.get(&key).await.unwrap().document.content, "x");
    let creation = admin.history(&key, 1, 1).await.unwrap().items.remove(0);
    assert_eq!(creation.operation, HistoryOperation::Insert);
    admin.rollback(&key, &creation.id).await.unwrap();
    assert!(admin.get(&key).await.unwrap_err().is_not_found());
}

async fn a_beta_version_is_read_by_its_addresses_only(site: Site) {
    let nacos = site.client();
    let admin = nacos.admin();
    let key = ConfigKey::new("b");
    admin.publish(&key, "for all").await.unwrap();
    assert!(admin.beta(&key).await.unwrap_err().is_not_found());
    admin
        .publish(&key, "for some")
        .beta_ips(["127.0.0.1", "10.9.9.9"])
        .await
        .unwrap();
    let beta = admin.beta(&key).await.unwrap();
    assert_eq!(
        (&*beta.document.content, beta.ips),
        ("for some", vec!["127.0.0.1".to_owned(), "10.9.9.9".to_owned()])
    );
    let read = |content: &'static str| {
        let nacos = &nacos;
        let key = &key;
        eventually(content, move || async move {
            nacos
                .config()
                .get(key)
                .await
                .ok()
                .filter(|document| document.content == content)
        })
    };
    assert!(read("for some").await.beta, "the tests come from loopback");
    assert_eq!(admin.get(&key).await.unwrap().document.content, "for all");
    admin.delete_beta(&key).await.unwrap();
    assert!(!read("for all").await.beta);
}

async fn namespaces_are_created_changed_and_deleted(site: Site) {
    let admin = site.client().admin();
    let id = &*site.namespace;
    assert!(!admin.namespace_exists(id).await.unwrap());
    assert!(admin.namespace(id).await.unwrap_err().is_not_found());
    admin.create_namespace(id, "first", "why").await.unwrap();
    admin.update_namespace(id, "second", "why not").await.unwrap();
    let namespace = admin.namespace(id).await.unwrap();
    assert_eq!(
        (&*namespace.name, namespace.description.as_deref()),
        ("second", Some("why not"))
    );
    assert!(admin.namespace_exists(id).await.unwrap());
    for _ in 0..2 {
        admin.delete_namespace(id).await.unwrap();
    }
    assert!(!admin.namespace_exists(id).await.unwrap());
}

async fn a_namespace_asked_by_its_name_is_told_its_id(site: Site) {
    let admin = site.client().admin();
    let name = format!("name of {}", site.namespace);
    admin.create_namespace(&site.namespace, &name, "").await.unwrap();
    let error = admin.namespace(&name).await.unwrap_err();
    assert!(
        error.to_string().contains(&format!("whose id is `{}`", site.namespace)),
        "{error}"
    );
    admin.delete_namespace(&site.namespace).await.unwrap();
}

async fn services_are_created_changed_and_deleted(site: Site) {
    let admin = site.client().admin();
    let key = ServiceKey::new("declared").group("G");
    assert!(admin.service(&key).await.unwrap_err().is_not_found());
    let settings = ServiceSettings::new().metadata("owner", "团队").protect_threshold(0.5);
    admin.create_service(&key, &settings).await.unwrap();
    assert_eq!(
        admin.create_service(&key, &settings).await.unwrap_err().kind(),
        ErrorKind::Conflict
    );
    let service = eventually("the service", || async { admin.service(&key).await.ok() }).await;
    assert_eq!(
        (&*service.name, &*service.group, service.ephemeral),
        ("declared", "G", true)
    );
    assert_eq!((service.protect_threshold, &*service.metadata["owner"]), (0.5, "团队"));
    admin
        .update_service(&key, &ServiceSettings::new().protect_threshold(0.25))
        .await
        .unwrap();
    eventually("the new threshold", || async {
        let service = admin.service(&key).await.unwrap();
        (service.protect_threshold < 0.3 && service.metadata.is_empty()).then_some(())
    })
    .await;
    let found = admin
        .find_services(&ServiceSearch::new().name("declared").group("G"), 1, 10)
        .await
        .unwrap();
    assert_eq!((found.total, &*found.items[0].group), (1, "G"));
    admin.delete_service(&key).await.unwrap();
    eventually("the end of the service", || async { admin.service(&key).await.err() }).await;
}

async fn a_full_service_is_not_deleted(site: Site) {
    let nacos = site.client();
    let instance = Instance::new("full", "10.0.0.1", 1);
    nacos.naming().register_once(&instance).await.unwrap();
    let key = instance.service_key();
    eventually("the service", || async { nacos.admin().service(&key).await.ok() }).await;
    let refused = nacos.admin().delete_service(&key).await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.code()),
        (ErrorKind::Conflict, Some(21009)),
        "{refused}"
    );
}

async fn an_operator_overrides_what_an_instance_says(site: Site) {
    let nacos = site.client();
    let admin = nacos.admin();
    let instance = Instance::new("s", "10.0.0.1", 1).metadata("by", "itself");
    nacos.naming().register_once(&instance).await.unwrap();
    eventually("the instance", || async {
        admin.instances(&instance.service_key()).await.ok()?.pop()
    })
    .await;
    admin
        .operate(&instance.clone().weight(7.0).metadata("by", "operator"))
        .await
        .unwrap();
    let overridden = |found: Instance| (found.weight == 7.0 && found.metadata["by"] == "operator").then_some(());
    eventually("the operator's weight", || async {
        overridden(nacos.naming().list_once(&instance.service_key()).await.unwrap().pop()?)
    })
    .await;
    nacos.naming().register_once(&instance).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    let one = eventually("the instance by itself", || async {
        admin.instance(&instance).await.ok()
    })
    .await;
    assert_eq!(overridden(one), Some(()));
    let other = admin.instance(&Instance::new("s", "10.0.0.2", 1)).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::NotFound, "{other}");
    let refused = admin.set_health(&instance, false).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidArgument, "{refused}");
}

async fn the_cluster_tells_of_itself(site: Site) {
    let nacos = site.client();
    let admin = nacos.admin();
    let members = admin.members().await.unwrap();
    assert_eq!((members.len(), &*members[0].state), (1, "UP"));
    assert_eq!(admin.this_member().await.unwrap().address, members[0].address);
    let state = admin.state().await.unwrap();
    assert!(state["version"].as_deref().unwrap().starts_with("3."), "{state:?}");
    assert_eq!(admin.switches().await.unwrap()["clientBeatInterval"], 5000);
    assert_eq!(admin.metrics().await.unwrap()["status"], "UP");
    nacos
        .naming()
        .register_once(&Instance::new("s", "10.7.7.7", 77))
        .await
        .unwrap();
    let id = "10.7.7.7:77#true";
    assert!(admin.publishers().await.unwrap().iter().any(|known| known == id));
    let publisher = admin.publisher(id).await.unwrap();
    assert_eq!((&*publisher.client_id, publisher.ephemeral), (id, true));
    let published = admin.published_by(id).await.unwrap();
    assert!(
        published
            .iter()
            .any(|instance| instance.namespace.as_deref() == Some(&*site.namespace)),
        "{published:?}"
    );
    assert!(admin.published_by("10.9.9.9:99#true").await.unwrap_err().is_not_found());
    assert!(admin.listeners(&ConfigKey::new("a")).await.unwrap().is_empty());
    assert!(admin.responsible_server("10.7.7.7", 77).await.unwrap().contains(':'));
}
