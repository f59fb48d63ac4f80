//! Following the instances of a service.

use bun_server::prelude::*;
use tests::instances::{instance, name};
use tests::row::ARRIVED;
use tests::{Row, unique, within};
use tokio::sync::mpsc::unbounded_channel;

/// The hosts of a list, in its order.
fn hosts(list: &[ServiceInstance]) -> Vec<&str> {
    list.iter().map(|instance| instance.host.as_str()).collect()
}

async fn a_listener_hears_what_was_added_changed_and_removed(row: Row) {
    let service = unique("watched");
    let registry = row.service_registry();
    registry.register(&instance(&service, 1)).await.expect("a registration");
    row.registered(&service, 1).await;
    let mut begun = registry.instance_stream(&name(&service), &GetInstancesOptions::new());
    let (sender, mut changes) = unbounded_channel();
    let _subscription = registry.watch_instances(
        &name(&service),
        &GetInstancesOptions::new(),
        Box::new(move |change| {
            let _ = sender.send(change);
        }),
    );
    within(ARRIVED, "the first list", begun.next()).await;
    tokio::task::yield_now().await;
    registry.register(&instance(&service, 2)).await.expect("a registration");
    let change = within(ARRIVED, "a change", changes.recv()).await.expect("a listener");
    assert_eq!(
        (hosts(&change.added), change.removed.len()),
        (vec!["192.0.2.2"], 0),
        "{change:?}"
    );
    assert_eq!(hosts(&change.instances), ["192.0.2.1", "192.0.2.2"]);

    registry
        .register(&instance(&service, 2).metadata("version", "2"))
        .await
        .expect("a registration");
    let change = within(ARRIVED, "a change", changes.recv()).await.expect("a listener");
    assert_eq!(hosts(&change.changed), ["192.0.2.2"], "{change:?}");
    assert_eq!((change.added.len(), change.removed.len()), (0, 0), "{change:?}");

    registry
        .deregister(&instance(&service, 1))
        .await
        .expect("a deregistration");
    let change = within(ARRIVED, "a change", changes.recv()).await.expect("a listener");
    assert_eq!(hosts(&change.removed), ["192.0.2.1"], "{change:?}");
    registry.close().await;
}

async fn a_stream_never_gives_the_same_list_twice_and_ends_with_the_registry(row: Row) {
    let service = unique("stream");
    let registry = row.service_registry();
    let mut stream = registry.instance_stream(&name(&service), &GetInstancesOptions::new());
    let first = within(ARRIVED, "the first list", stream.next()).await.expect("a list");
    assert_eq!(hosts(&first), [""; 0]);
    registry.register(&instance(&service, 1)).await.expect("a registration");
    let second = within(ARRIVED, "the second list", stream.next()).await.expect("a list");
    assert_eq!(hosts(&second), ["192.0.2.1"]);
    // Two looks later nothing was said again.
    let silence = tokio::time::timeout(tests::row::POLL * 3, stream.next()).await;
    assert!(silence.is_err(), "the same list again: {silence:?}");
    registry
        .deregister(&instance(&service, 1))
        .await
        .expect("a deregistration");
    let third = within(ARRIVED, "the last list", stream.next()).await.expect("a list");
    assert_eq!(hosts(&third), [""; 0], "an empty list is a change");
    registry.close().await;
    assert!(within(ARRIVED, "the end", stream.next()).await.is_none());
}

async fn watchers_of_one_service_are_independent(row: Row) {
    let service = unique("independent");
    let registry = row.service_registry();
    let stream = || registry.instance_stream(&name(&service), &GetInstancesOptions::new());
    let (mut kept, mut dropped) = (stream(), stream());
    within(ARRIVED, "the first list", kept.next()).await;
    within(ARRIVED, "the first list", dropped.next()).await;
    drop(dropped);
    registry.register(&instance(&service, 1)).await.expect("a registration");
    let list = within(ARRIVED, "the next list", kept.next()).await.expect("a list");
    assert_eq!(hosts(&list), ["192.0.2.1"]);
    registry.close().await;
}

tests::rows! {
    everywhere:
        a_listener_hears_what_was_added_changed_and_removed,
        a_stream_never_gives_the_same_list_twice_and_ends_with_the_registry,
        watchers_of_one_service_are_independent;
}
