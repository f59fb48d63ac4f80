//! Reading and publishing configurations.

use std::time::{Duration, SystemTime};

use nacos_client::config::UnknownCipher;
use nacos_client::{ConfigChange, ConfigDocument, ConfigKey, ErrorKind};

use crate::site::{Site, eventually};

cases![
    an_absent_configuration_is_not_found,
    what_was_published_is_read_with_md5_type_and_time,
    every_character_survives,
    namespaces_and_groups_are_apart,
    a_deleted_configuration_is_not_found_and_deleting_again_is_fine,
    compare_and_set_wins_once,
    compare_and_set_of_an_absent_configuration_is_not_found,
    names_are_checked_before_anything_is_sent,
    a_content_that_the_server_would_lose_is_refused,
    the_administrators_view_is_immediate,
    an_encrypted_configuration_is_stored_as_ciphertext_and_read_in_clear,
    a_prefix_without_a_key_is_read_as_it_is,
    an_unknown_cipher_is_refused_or_passed_as_you_wish,
];

async fn an_absent_configuration_is_not_found(site: Site) {
    let nacos = site.client();
    let error = nacos.config().get(&ConfigKey::new("absent")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::NotFound, Some(20004)),
        "{error}"
    );
    assert!(!error.is_retryable());
    assert!(error.to_string().contains("DEFAULT_GROUP/absent"), "{error}");
}

async fn read(nacos: &nacos_client::NacosClient, key: &ConfigKey) -> ConfigDocument {
    eventually("the published configuration", || async {
        nacos.config().get(key).await.ok()
    })
    .await
}

async fn what_was_published_is_read_with_md5_type_and_time(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("order.yaml").group("ORDERS");
    nacos
        .admin()
        .publish(&key, "limit: 3\n")
        .content_type("yaml")
        .await
        .unwrap();
    let document = read(&nacos, &key).await;
    assert_eq!(document.content, "limit: 3\n");
    assert_eq!(document.md5, ConfigDocument::md5_of("limit: 3\n"));
    assert_eq!(document.content_type.as_deref(), Some("yaml"));
    assert_eq!((document.encrypted_data_key, document.beta), (None, false));
    let age = document.last_modified.unwrap();
    let since_1970 = age.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    assert!(since_1970 > Duration::from_secs(1_700_000_000), "{since_1970:?}");
}

async fn every_character_survives(site: Site) {
    let nacos = site.client();
    let content = "a: 1\n# 注释 😀 100% +&=;?#/\\\r\nb: \"x\"\n\ttab\u{0}\u{1f}é\u{200b}\n";
    let content = content.replace('\u{0}', "");
    let key = ConfigKey::new("odd:name_1.txt").group("g-1.2:3_4");
    nacos.admin().publish(&key, &*content).await.unwrap();
    let document = read(&nacos, &key).await;
    assert_eq!(document.content, content);
    assert_eq!(document.md5, ConfigDocument::md5_of(&content));
}

async fn namespaces_and_groups_are_apart(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("same");
    nacos.admin().publish(&key, "here").await.unwrap();
    let elsewhere = key.clone().namespace(format!("{}-2", site.namespace));
    nacos.admin().publish(&elsewhere, "there").await.unwrap();
    assert_eq!(read(&nacos, &key).await.content, "here");
    assert_eq!(read(&nacos, &elsewhere).await.content, "there");
    let other_group = nacos.config().get(&key.group("other")).await.unwrap_err();
    assert_eq!(other_group.kind(), ErrorKind::NotFound);
}

async fn a_deleted_configuration_is_not_found_and_deleting_again_is_fine(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("short-lived");
    nacos.admin().publish(&key, "x").await.unwrap();
    read(&nacos, &key).await;
    for _ in 0..2 {
        nacos.admin().delete(&key).await.unwrap();
    }
    eventually("the end of it", || async {
        nacos
            .config()
            .get(&key)
            .await
            .err()
            .filter(nacos_client::Error::is_not_found)
    })
    .await;
}

async fn compare_and_set_wins_once(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("counter");
    nacos.admin().publish(&key, "1").await.unwrap();
    let md5 = ConfigDocument::md5_of("1");
    nacos.admin().publish_if(&key, &*md5, "2").await.unwrap();
    let lost = nacos.admin().publish_if(&key, &*md5, "3").await.unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::Conflict, "{lost}");
    assert_eq!(nacos.admin().get(&key).await.unwrap().document.content, "2");
}

async fn compare_and_set_of_an_absent_configuration_is_not_found(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("never-there");
    let error = nacos
        .admin()
        .publish_if(&key, ConfigDocument::md5_of("1"), "2")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(nacos.admin().get(&key).await.unwrap_err().is_not_found());
}

async fn names_are_checked_before_anything_is_sent(site: Site) {
    let nacos = site.client();
    for (key, field) in [
        (ConfigKey::new("a/b"), "data_id"),
        (ConfigKey::new("a").group("g@@h"), "group"),
        (ConfigKey::new("a").namespace("a b"), "namespace"),
    ] {
        let error = nacos.config().get(&key).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidArgument, Some(field)));
        assert_eq!(error.status(), None);
    }
    let blank = nacos.admin().publish(&ConfigKey::new("a"), " \n").await.unwrap_err();
    assert_eq!(blank.field(), Some("content"));
}

async fn a_content_that_the_server_would_lose_is_refused(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("large");
    let error = nacos
        .admin()
        .publish(&key, "x".repeat(2 * 1024 * 1024))
        .await
        .unwrap_err();
    assert_eq!(error.field(), Some("content"));
    let longest = "x".repeat(2 * 1024 * 1024 - 200);
    let patient = site
        .builder()
        .attempt_timeout(Duration::from_secs(20))
        .call_timeout(Duration::from_secs(30));
    patient.build().unwrap().admin().publish(&key, &*longest).await.unwrap();
    assert_eq!(read(&nacos, &key).await.content.len(), longest.len());
}

async fn the_administrators_view_is_immediate(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("seen-at-once");
    let absent = nacos.admin().get(&key).await.unwrap_err();
    assert_eq!((absent.kind(), absent.status()), (ErrorKind::NotFound, Some(404)));
    nacos
        .admin()
        .publish(&key, "{}")
        .content_type("json")
        .description("what it is for")
        .app_name("orders")
        .await
        .unwrap();
    let published = nacos.admin().get(&key).await.unwrap();
    assert_eq!(published.document.content_type.as_deref(), Some("json"));
    assert_eq!(published.description.as_deref(), Some("what it is for"));
    assert_eq!(published.app_name.as_deref(), Some("orders"));
    assert!(published.created.is_some() && !published.id.is_empty());
}

async fn an_encrypted_configuration_is_stored_as_ciphertext_and_read_in_clear(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("cipher-aes-app.yaml");
    let secret = "spring.datasource.password=秘密-123\n";
    nacos.admin().publish(&key, secret).await.unwrap();
    let document = read(&nacos, &key).await;
    assert_eq!(document.content, secret);
    let stored = nacos.config().get_stored(&key).await.unwrap();
    assert!(!stored.content.contains("password"), "{stored:?}");
    assert!(stored.encrypted_data_key.is_some());
    assert_eq!(
        (&stored.md5, &document.md5),
        (&ConfigDocument::md5_of(&stored.content), &stored.md5)
    );
    // As another client published it.
    let foreign = ConfigKey::new("cipher-aes-foreign");
    nacos
        .admin()
        .publish(&foreign, "b505e9e0b38746bf27fabbe4f1b0ae8b")
        .encrypted_data_key("MDAwMTAyMDMwNDA1MDYwNzA4MDkwYTBiMGMwZDBlMGY=")
        .await
        .unwrap();
    assert_eq!(read(&nacos, &foreign).await.content, "nacos");
    let mut changes = nacos.config().watch(&foreign);
    let Some(ConfigChange::Current(Some(current))) = changes.next().await else {
        panic!("it is there")
    };
    assert_eq!(current.content, "nacos");
}

async fn a_prefix_without_a_key_is_read_as_it_is(site: Site) {
    let passing = site
        .builder()
        .unknown_cipher(UnknownCipher::PassThrough)
        .build()
        .unwrap();
    let key = ConfigKey::new("cipher-other-app");
    passing.admin().publish(&key, "in clear").await.unwrap();
    assert_eq!(read(&site.client(), &key).await.content, "in clear");
}

async fn an_unknown_cipher_is_refused_or_passed_as_you_wish(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("cipher-other-app");
    let refused = nacos.admin().publish(&key, "x").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported, "{refused}");
    nacos
        .admin()
        .publish(&key, "???")
        .encrypted_data_key("k")
        .await
        .unwrap();
    let passing = site
        .builder()
        .unknown_cipher(UnknownCipher::PassThrough)
        .build()
        .unwrap();
    assert_eq!(read(&passing, &key).await.content, "???");
    assert_eq!(
        nacos.config().get(&key).await.unwrap_err().kind(),
        ErrorKind::Unsupported
    );
}
