//! Watching configurations.

use std::time::Duration;

use nacos_client::{ConfigChange, ConfigChanges, ConfigKey};

use crate::site::{Site, soon};

cases![
    the_current_state_comes_first_then_changes_and_the_end,
    an_absent_configuration_is_told_as_absent_then_created,
    the_same_content_published_again_is_no_change,
    watchers_of_one_key_each_see_every_state,
    a_watch_ends_when_the_client_closes,
];

async fn next(changes: &mut ConfigChanges) -> ConfigChange {
    soon("a change", changes.next()).await.expect("the watch goes on")
}

fn content(change: &ConfigChange) -> Option<&str> {
    match change {
        ConfigChange::Current(document) => document.as_ref().map(|document| &*document.content),
        ConfigChange::Changed { new, .. } => Some(&new.content),
        _ => None,
    }
}

async fn the_current_state_comes_first_then_changes_and_the_end(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("hot");
    nacos.admin().publish(&key, "1").await.unwrap();
    crate::site::eventually("the first content", || async { nacos.config().get(&key).await.ok() }).await;
    let mut changes = nacos.config().watch(&key);
    let current = next(&mut changes).await;
    assert!(matches!(current, ConfigChange::Current(Some(_))), "{current:?}");
    assert_eq!(content(&current), Some("1"));
    nacos.admin().publish(&key, "2").await.unwrap();
    let changed = next(&mut changes).await;
    let ConfigChange::Changed { old: Some(old), new } = &changed else {
        panic!("{changed:?}")
    };
    assert_eq!((&*old.content, &*new.content), ("1", "2"));
    nacos.admin().delete(&key).await.unwrap();
    let removed = next(&mut changes).await;
    let ConfigChange::Removed { old } = &removed else {
        panic!("{removed:?}")
    };
    assert_eq!(old.content, "2");
    nacos.close().await.unwrap();
}

async fn an_absent_configuration_is_told_as_absent_then_created(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("later");
    let mut changes = nacos.config().watch(&key);
    assert_eq!(next(&mut changes).await, ConfigChange::Current(None));
    nacos.admin().publish(&key, "now").await.unwrap();
    let created = next(&mut changes).await;
    assert!(
        matches!(created, ConfigChange::Changed { old: None, .. }),
        "{created:?}"
    );
}

async fn the_same_content_published_again_is_no_change(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("still");
    nacos.admin().publish(&key, "1").await.unwrap();
    crate::site::eventually("the content", || async { nacos.config().get(&key).await.ok() }).await;
    let mut changes = nacos.config().watch(&key);
    next(&mut changes).await;
    nacos.admin().publish(&key, "1").await.unwrap();
    let nothing = tokio::time::timeout(Duration::from_millis(900), changes.next()).await;
    assert!(nothing.is_err(), "{nothing:?}");
    nacos.admin().publish(&key, "2").await.unwrap();
    assert_eq!(content(&next(&mut changes).await), Some("2"));
}

async fn watchers_of_one_key_each_see_every_state(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("shared");
    let mut first = nacos.config().watch(&key);
    assert_eq!(next(&mut first).await, ConfigChange::Current(None));
    let mut second = nacos.config().watch(&key);
    assert_eq!(next(&mut second).await, ConfigChange::Current(None));
    assert_eq!(nacos.status().watches.len(), 1, "one poll for both");
    nacos.admin().publish(&key, "1").await.unwrap();
    assert_eq!(content(&next(&mut first).await), Some("1"));
    assert_eq!(content(&next(&mut second).await), Some("1"));
    drop((first, second));
    crate::site::eventually("the end of the poll", || async {
        let status = nacos.status();
        (status.watches.is_empty() && status.tasks == 0).then_some(())
    })
    .await;
}

async fn a_watch_ends_when_the_client_closes(site: Site) {
    let nacos = site.client();
    let mut changes = nacos.config().watch(&ConfigKey::new("x"));
    next(&mut changes).await;
    nacos.close().await.unwrap();
    assert_eq!(soon("the end", changes.next()).await, None);
    let error = nacos.config().get(&ConfigKey::new("x")).await.unwrap_err();
    assert_eq!(error.kind(), nacos_client::ErrorKind::Closed);
}
