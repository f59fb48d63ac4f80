//! Watching configurations.

use std::time::Duration;

use nacos_client::config::WatchMode;
use nacos_client::testing::{Fault, TestServer};
use nacos_client::{ConfigChange, ConfigChanges, ConfigKey};

use crate::site::{Site, soon};

cases![
    the_current_state_comes_first_then_changes_and_the_end,
    an_absent_configuration_is_told_as_absent_then_created,
    the_same_content_published_again_is_no_change,
    watchers_of_one_key_each_see_every_state,
    a_watch_ends_when_the_client_closes,
    a_listener_is_called_until_it_is_dropped,
    the_older_listener_tells_of_changes_at_once,
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

async fn a_listener_is_called_until_it_is_dropped(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("called");
    let (sender, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let bad = nacos.config().listen(&key, |_| panic!("a listener that panics"));
    let subscription = nacos.config().listen(&key, move |change| {
        let _ = sender.send(change);
    });
    assert_eq!(
        soon("the first call", heard.recv()).await,
        Some(ConfigChange::Current(None))
    );
    nacos.admin().publish(&key, "1").await.unwrap();
    assert_eq!(content(&soon("the change", heard.recv()).await.unwrap()), Some("1"));
    assert!(bad.is_ended() && !subscription.is_ended());
    drop(subscription);
    assert_eq!(soon("the end", heard.recv()).await, None, "no call comes any more");
}

async fn the_older_listener_tells_of_changes_at_once(site: Site) {
    // Polls come too late to have a part in this.
    let builder = site.builder().poll_interval(Duration::from_secs(60));
    let nacos = builder.watch_mode(WatchMode::LongPoll).build().unwrap();
    let (first, second) = (ConfigKey::new("one"), ConfigKey::new("two").group("G"));
    nacos.admin().publish(&first, "0").await.unwrap();
    crate::site::eventually("the content", || async { nacos.config().get(&first).await.ok() }).await;
    let (mut ones, mut twos) = (nacos.config().watch(&first), nacos.config().watch(&second));
    assert_eq!(content(&next(&mut ones).await), Some("0"));
    assert_eq!(next(&mut twos).await, ConfigChange::Current(None));
    for round in ["1", "2", "3"] {
        nacos.admin().publish(&first, round).await.unwrap();
        assert_eq!(content(&next(&mut ones).await), Some(round));
        nacos.admin().publish(&second, round).await.unwrap();
        assert_eq!(content(&next(&mut twos).await), Some(round));
    }
    nacos.admin().delete(&first).await.unwrap();
    assert!(matches!(next(&mut ones).await, ConfigChange::Removed { .. }));
    nacos.close().await.unwrap();
}

#[tokio::test]
async fn where_the_older_listener_is_gone_configurations_are_polled() {
    let server = TestServer::start().await.unwrap();
    server.fault_on("/v1/", Fault::Status(410));
    let builder = server.client().poll_interval(Duration::from_millis(50));
    let nacos = builder.watch_mode(WatchMode::Auto).build().unwrap();
    let key = ConfigKey::new("a");
    let mut changes = nacos.config().watch(&key);
    next(&mut changes).await;
    server.publish(&key, "1");
    assert_eq!(content(&next(&mut changes).await), Some("1"));
    let listens = server
        .journal()
        .iter()
        .filter(|entry| entry.path.contains("/v1/"))
        .count();
    assert_eq!(listens, 1, "asked once, never again");
}

#[tokio::test]
async fn a_thousand_keys_are_listened_to_by_one_request_and_polled_by_few() {
    let server = TestServer::start().await.unwrap();
    let builder = server
        .client()
        .poll_interval(Duration::from_secs(60))
        .max_concurrent_polls(4);
    let nacos = builder.watch_mode(WatchMode::Auto).build().unwrap();
    let key = |number: usize| ConfigKey::new(format!("key-{number}"));
    for number in 0..1000 {
        server.publish(&key(number), "0");
    }
    let mut watches: Vec<_> = (0..1000).map(|number| nacos.config().watch(&key(number))).collect();
    for watch in &mut watches {
        next(watch).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.clear_journal();
    server.publish(&key(777), "1");
    assert_eq!(content(&next(&mut watches[777]).await), Some("1"));
    let journal = server.journal();
    assert!(journal.len() <= 4, "{}", journal.len());
}

#[tokio::test(start_paused = true)]
async fn polls_slow_down_as_soon_as_the_server_holds_the_listener() {
    let server = TestServer::in_process();
    let builder = server.client().poll_interval(Duration::from_secs(1));
    let nacos = builder.watch_mode(WatchMode::Auto).build().unwrap();
    let mut watches: Vec<_> = (0..20)
        .map(|number| nacos.config().watch(&ConfigKey::new(format!("key-{number}"))))
        .collect();
    for watch in &mut watches {
        next(watch).await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    server.clear_journal();
    tokio::time::sleep(Duration::from_secs(8)).await;
    let reads = server.journal().iter().filter(|entry| entry.method == "GET").count();
    // Absent configurations are read twice; at full pace it would be 320.
    assert!(reads <= 40, "{reads}");
}
