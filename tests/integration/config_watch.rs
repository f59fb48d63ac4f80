//! Following documents.

use std::sync::mpsc;

use bun_server::prelude::*;
use tests::row::{ARRIVED, POLL};
use tests::{Row, eventually, unique, within};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

fn listen(center: &dyn ConfigCenter, key: &ConfigKey) -> (Subscription, UnboundedReceiver<ConfigChange>) {
    let (sender, changes) = unbounded_channel();
    let subscription = center.watch_config(
        key,
        Box::new(move |change| {
            let _ = sender.send(change);
        }),
    );
    (subscription, changes)
}

/// The content of a `Changed`, or nothing of a `Removed`.
fn content(change: &ConfigChange) -> Option<&str> {
    match change {
        ConfigChange::Changed { new, .. } => Some(&new.content),
        _ => None,
    }
}

async fn next(changes: &mut UnboundedReceiver<ConfigChange>) -> ConfigChange {
    within(ARRIVED, "a change", changes.recv())
        .await
        .expect("a listener that lives")
}

async fn a_stream_gives_the_current_state_then_each_change(row: Row) {
    let data_id = unique("stream");
    row.publish(&data_id, "a: 1").await;
    let center = row.config_center();
    let mut stream = center.config_stream(&data_id.as_str().into());
    let Some(ConfigEvent::Current(Some(first))) = within(ARRIVED, "the current state", stream.next()).await else {
        panic!("the first event is the current state");
    };
    assert_eq!(&*first.content, "a: 1");
    row.publish(&data_id, "a: 2").await;
    match within(ARRIVED, "a change", stream.next()).await {
        Some(ConfigEvent::Change(ConfigChange::Changed { old: Some(old), new })) => {
            assert_eq!((&*old.content, &*new.content), ("a: 1", "a: 2"));
        }
        other => panic!("{other:?}"),
    }
    row.remove(&data_id).await;
    match within(ARRIVED, "the removal", stream.next()).await {
        Some(ConfigEvent::Change(ConfigChange::Removed { old })) => assert_eq!(&*old.content, "a: 2"),
        other => panic!("{other:?}"),
    }
    center.close().await;
    assert!(within(ARRIVED, "the end", stream.next()).await.is_none(), "closed");
}

async fn a_listener_hears_creation_change_and_removal_once_each(row: Row) {
    let data_id = unique("listener");
    let center = row.config_center();
    let (subscription, mut changes) = listen(&*center, &data_id.as_str().into());
    // It must have seen that there is nothing, else the creation is its beginning.
    let mut stream = center.config_stream(&data_id.as_str().into());
    assert!(matches!(
        within(ARRIVED, "the beginning", stream.next()).await,
        Some(ConfigEvent::Current(None))
    ));
    for step in ["a: 1", "a: 2", "a: 3"] {
        row.publish(&data_id, step).await;
        assert_eq!(content(&next(&mut changes).await), Some(step));
    }
    row.publish(&data_id, "a: 3").await;
    row.remove(&data_id).await;
    let last = next(&mut changes).await;
    assert_eq!(content(&last), None, "publishing the same again is no change: {last:?}");
    row.publish(&data_id, "a: 3").await;
    assert_eq!(content(&next(&mut changes).await), Some("a: 3"), "it came back");
    drop(subscription);
    center.close().await;
    assert!(changes.try_recv().is_err(), "nothing was said twice");
}

async fn after_the_drop_of_a_subscription_no_call_begins(row: Row) {
    let data_id = unique("dropped");
    row.publish(&data_id, "a: 1").await;
    let center = row.config_center();
    let key: ConfigKey = data_id.as_str().into();
    let mut stream = center.config_stream(&key);
    let (sender, calls) = mpsc::channel();
    let subscription = center.watch_config(
        &key,
        Box::new(move |_| {
            let _ = sender.send(());
        }),
    );
    within(ARRIVED, "the current state", stream.next()).await;
    drop(subscription);
    row.publish(&data_id, "a: 2").await;
    within(ARRIVED, "the change", stream.next()).await;
    center.close().await;
    assert_eq!(calls.try_iter().count(), 0);
}

async fn a_listener_that_panics_harms_nobody(row: Row) {
    let data_id = unique("panics");
    row.publish(&data_id, "a: 1").await;
    let center = row.config_center();
    let key: ConfigKey = data_id.as_str().into();
    let mut stream = center.config_stream(&key);
    let _panics = center.watch_config(&key, Box::new(|_| panic!("on purpose")));
    let (_subscription, mut changes) = listen(&*center, &key);
    within(ARRIVED, "the current state", stream.next()).await;
    tokio::time::sleep(POLL / 10).await;
    for step in ["a: 2", "a: 3"] {
        row.publish(&data_id, step).await;
        assert_eq!(content(&next(&mut changes).await), Some(step));
    }
    center.close().await;
}

async fn a_slow_reader_gets_the_latest_state(row: Row) {
    let data_id = unique("slow");
    row.publish(&data_id, "a: 1").await;
    let center = row.config_center();
    let key: ConfigKey = data_id.as_str().into();
    let (mut slow, mut quick) = (center.config_stream(&key), center.config_stream(&key));
    within(ARRIVED, "the current state", slow.next()).await;
    within(ARRIVED, "the current state", quick.next()).await;
    for step in ["a: 2", "a: 3"] {
        row.publish(&data_id, step).await;
        within(ARRIVED, "a change", quick.next()).await;
    }
    match within(ARRIVED, "a change", slow.next()).await {
        Some(ConfigEvent::Change(ConfigChange::Changed { old, new })) => {
            assert_eq!(old.as_deref().map(|old| &*old.content), Some("a: 1"));
            assert_eq!(&*new.content, "a: 3");
        }
        other => panic!("{other:?}"),
    }
    center.close().await;
}

async fn a_document_may_be_read_while_it_is_watched(row: Row) {
    let data_id = unique("both");
    row.publish(&data_id, "a: 1").await;
    let center = row.config_center();
    let key: ConfigKey = data_id.as_str().into();
    let (_subscription, _changes) = listen(&*center, &key);
    row.publish(&data_id, "a: 2").await;
    let found = eventually(ARRIVED, || async {
        let found = center.get_config(&key).await.map_err(|error| error.to_string())?;
        tests::holds(&*found.content == "a: 2", &found).map(|()| found)
    })
    .await;
    assert_eq!(&*found.content, "a: 2");
    center.close().await;
}

tests::rows! {
    everywhere:
        a_stream_gives_the_current_state_then_each_change,
        a_listener_hears_creation_change_and_removal_once_each,
        after_the_drop_of_a_subscription_no_call_begins,
        a_listener_that_panics_harms_nobody,
        a_slow_reader_gets_the_latest_state,
        a_document_may_be_read_while_it_is_watched;
}
