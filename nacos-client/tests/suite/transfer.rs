//! Configurations that travel, and tags.

use nacos_client::admin::{ConfigClone, ConfigSearch, SameConfigPolicy};
use nacos_client::{ConfigKey, ErrorKind};

use crate::site::{Site, eventually};

cases![
    an_export_is_imported_elsewhere,
    an_import_into_nowhere_is_refused,
    configurations_are_cloned_under_other_names,
    labels_and_contents_are_searched,
    a_tagged_version_lies_beside_the_other,
];

async fn two(site: &Site) -> nacos_client::admin::AdminClient {
    let admin = site.client().admin();
    let published = admin
        .publish(&ConfigKey::new("a.yaml").group("G1"), "a: 1\r\n# 配置")
        .content_type("yaml")
        .description("it's: \"quoted\"")
        .app_name("shop");
    published.await.unwrap();
    admin.publish(&ConfigKey::new("b").group("G2"), "b").await.unwrap();
    admin
}

async fn an_export_is_imported_elsewhere(site: Site) {
    let admin = two(&site).await;
    let archive = admin.export(&ConfigSearch::new()).await.unwrap();
    let target = format!("{}-t", site.namespace);
    admin
        .create_namespace(&target, "target of an import", "")
        .await
        .unwrap();
    let report = admin
        .import(&target, archive.clone(), SameConfigPolicy::Abort)
        .await
        .unwrap();
    assert!(report.is_complete() && report.written == 2, "{report:?}");
    let imported = admin
        .get(&ConfigKey::new("a.yaml").group("G1").namespace(&target))
        .await
        .unwrap();
    assert_eq!(imported.document.content, "a: 1\r\n# 配置");
    assert_eq!(imported.document.content_type.as_deref(), Some("yaml"));
    assert_eq!(imported.app_name.as_deref(), Some("shop"));
    assert_eq!(imported.description.as_deref(), Some("it's: \"quoted\""));

    let aborted = admin
        .import(&target, archive.clone(), SameConfigPolicy::Abort)
        .await
        .unwrap();
    assert_eq!(
        (aborted.written, aborted.skipped, aborted.failed_configs.len()),
        (0, 1, 1)
    );
    let skipped = admin
        .import(&target, archive.clone(), SameConfigPolicy::Skip)
        .await
        .unwrap();
    assert_eq!((skipped.written, skipped.skipped_configs.len()), (0, 2));
    let replaced = admin
        .import(&target, archive, SameConfigPolicy::Overwrite)
        .await
        .unwrap();
    assert_eq!((replaced.written, replaced.is_complete()), (2, true));

    let narrowed = admin.export(&ConfigSearch::new().group("G2")).await.unwrap();
    let id = admin.get(&ConfigKey::new("b").group("G2")).await.unwrap().id;
    let by_id = admin.export_by_ids([&*id]).await.unwrap();
    for archive in [narrowed, by_id] {
        let report = admin
            .import(&target, archive, SameConfigPolicy::Overwrite)
            .await
            .unwrap();
        assert_eq!(report.written, 1);
    }
    admin.delete_namespace(&target).await.unwrap();
}

async fn an_import_into_nowhere_is_refused(site: Site) {
    let admin = two(&site).await;
    let archive = admin.export(&ConfigSearch::new()).await.unwrap();
    let nowhere = admin
        .import("no-such-namespace", archive, SameConfigPolicy::Skip)
        .await
        .unwrap_err();
    assert!(nowhere.is_not_found(), "{nowhere}");
    let garbage = admin
        .import("public", "not a zip".as_bytes(), SameConfigPolicy::Skip)
        .await
        .unwrap_err();
    assert_eq!(garbage.field(), Some("archive"));
    assert_eq!(admin.export_by_ids([]).await.unwrap_err().field(), Some("ids"));
}

async fn configurations_are_cloned_under_other_names(site: Site) {
    let admin = two(&site).await;
    let id = admin.get(&ConfigKey::new("a.yaml").group("G1")).await.unwrap().id;
    let target = format!("{}-c", site.namespace);
    admin.create_namespace(&target, "target of a clone", "").await.unwrap();
    let clones = [
        ConfigClone::new(&*id),
        ConfigClone::new(&*id).data_id("c.yaml").group("G3"),
    ];
    let report = admin
        .clone_configs(&target, &clones[1..], SameConfigPolicy::Abort)
        .await
        .unwrap();
    assert_eq!((report.written, report.is_complete()), (1, true));
    let clone = admin
        .get(&ConfigKey::new("c.yaml").group("G3").namespace(&target))
        .await
        .unwrap();
    assert_eq!(clone.document.content, "a: 1\r\n# 配置");
    assert_eq!(clone.document.content_type.as_deref(), Some("yaml"));
    admin
        .clone_configs(&target, &clones[..1], SameConfigPolicy::Skip)
        .await
        .unwrap();
    let again = admin
        .clone_configs(&target, &clones[..1], SameConfigPolicy::Skip)
        .await
        .unwrap();
    assert_eq!((again.written, &*again.skipped_configs[0].data_id), (0, "a.yaml"));
    for (clones, kind) in [
        (&[][..], ErrorKind::InvalidArgument),
        (&clones[..], ErrorKind::NotFound),
    ] {
        let namespace = if clones.is_empty() {
            &*target
        } else {
            "no-such-namespace"
        };
        let refused = admin
            .clone_configs(namespace, clones, SameConfigPolicy::Skip)
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), kind, "{refused}");
    }
    admin.delete_namespace(&target).await.unwrap();
}

async fn labels_and_contents_are_searched(site: Site) {
    let admin = two(&site).await;
    let key = ConfigKey::new("labelled");
    admin
        .publish(&key, "password: needle")
        .config_tags(["blue", "green"])
        .await
        .unwrap();
    let found = |search: ConfigSearch| {
        let admin = &admin;
        async move {
            let page = admin.configs(&search, 1, 10).await.unwrap();
            page.items.into_iter().map(|config| config.data_id).collect::<Vec<_>>()
        }
    };
    assert_eq!(found(ConfigSearch::new().config_tags(["green"])).await, ["labelled"]);
    assert_eq!(found(ConfigSearch::new().config_tags(["red"])).await, [""; 0]);
    assert_eq!(admin.get(&key).await.unwrap().tags, ["blue", "green"]);
    assert_eq!(found(ConfigSearch::new().content("*needle*")).await, ["labelled"]);
    assert_eq!(found(ConfigSearch::new().content("*haystack*")).await, [""; 0]);
}

async fn a_tagged_version_lies_beside_the_other(site: Site) {
    let nacos = site.client();
    let admin = nacos.admin();
    let key = ConfigKey::new("tagged");
    admin.publish(&key, "for all").await.unwrap();
    admin.publish(&key, "for blue").tag("blue").await.unwrap();
    assert_eq!(admin.get(&key).await.unwrap().document.content, "for all");
    let read = eventually("the version for all", || async { nacos.config().get(&key).await.ok() }).await;
    assert_eq!((&*read.content, read.beta), ("for all", false));
    let latest = admin.history(&key, 1, 1).await.unwrap().items.remove(0);
    assert!(latest.beta, "a gray version: {latest:?}");
    admin.delete_tag(&key, "blue").await.unwrap();
    assert_eq!(admin.get(&key).await.unwrap().document.content, "for all");
    let long = admin.publish(&key, "x").tag("seventeen letters").await.unwrap_err();
    assert_eq!(long.field(), Some("tag"));
}
