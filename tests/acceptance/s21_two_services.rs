//! Two services, one call: the other one is found by its name.

use bun_server::prelude::*;
use tests::application::Directory;
use tests::http::Http;
use tests::row::ARRIVED;
use tests::shop::{Order, start_orders, start_users};
use tests::{Row, eventually, holds};

async fn served_by(http: &Http, orders: &ApplicationHandle) -> String {
    let answer = http.get(orders.address(), "/orders/7").await;
    let order: Order = serde_json::from_value(answer.json()).unwrap_or_else(|error| panic!("{error}: {answer:?}"));
    assert_eq!((order.id.as_str(), order.user.id.as_str()), ("7", "7"));
    order.user.served_by
}

/// Until it is known where the users are; a login comes before the first list.
async fn found(http: &Http, orders: &ApplicationHandle) {
    eventually(ARRIVED, || async {
        let answer = http.get(orders.address(), "/orders/7").await;
        holds(answer.status == 200, answer)
    })
    .await;
}

async fn instances_take_turns(row: Row) {
    let directory = Directory::new();
    let one = start_users(&row, &directory, "one").await;
    let two = start_users(&row, &directory, "two").await;
    row.registered("user-service", 2).await;
    let orders = start_orders(&row, &directory).await;
    let http = Http::new();
    found(&http, &orders).await;
    let mut turns = Vec::new();
    for _ in 0..10 {
        turns.push(served_by(&http, &orders).await);
    }
    assert!(turns.windows(2).all(|pair| pair[0] != pair[1]), "{turns:?}");
    assert!(turns.contains(&"one".to_owned()) && turns.contains(&"two".to_owned()));
    for handle in [orders, one, two] {
        handle.shutdown().await.expect("a clean stop");
    }
    row.registered("user-service", 0).await;
    row.registered("order-service", 0).await;
}

async fn an_instance_that_comes_later_gets_calls_and_one_that_leaves_gets_none(row: Row) {
    let directory = Directory::new();
    let one = start_users(&row, &directory, "one").await;
    row.registered("user-service", 1).await;
    let orders = start_orders(&row, &directory).await;
    let http = Http::new();
    found(&http, &orders).await;
    assert_eq!(served_by(&http, &orders).await, "one");
    let two = start_users(&row, &directory, "two").await;
    eventually(ARRIVED, || async {
        let by = served_by(&http, &orders).await;
        holds(by == "two", by)
    })
    .await;
    one.shutdown().await.expect("a clean stop");
    // Without a pause callers may meet a closed socket until they look again.
    eventually(ARRIVED, || async {
        let answer = http.get(orders.address(), "/orders/7").await;
        let again = http.get(orders.address(), "/orders/7").await;
        holds(answer.status == 200 && again.status == 200, (answer, again))
    })
    .await;
    for _ in 0..6 {
        assert_eq!(served_by(&http, &orders).await, "two");
    }
    for handle in [orders, two] {
        handle.shutdown().await.expect("a clean stop");
    }
}

async fn without_any_instance_the_answer_says_so_and_the_first_one_mends_it(row: Row) {
    let directory = Directory::new();
    let orders = start_orders(&row, &directory).await;
    let http = Http::new();
    eventually(ARRIVED, || async {
        let answer = http.get(orders.address(), "/orders/7").await;
        assert_eq!(answer.status, 502, "{answer:?}");
        holds(answer.body.contains("no instance of the service is healthy"), answer)
    })
    .await;
    let users = start_users(&row, &directory, "late").await;
    eventually(ARRIVED, || async {
        let answer = http.get(orders.address(), "/orders/7").await;
        holds(answer.status == 200, answer)
    })
    .await;
    for handle in [orders, users] {
        handle.shutdown().await.expect("a clean stop");
    }
}

async fn what_the_attribute_says_is_registered(row: Row) {
    let directory = Directory::new();
    let users = start_users(&row, &directory, "one").await;
    row.registered("user-service", 1).await;
    let registry = row.service_registry();
    let name = tests::instances::name("user-service");
    let list = registry
        .get_instances(&name, &GetInstancesOptions::new())
        .await
        .expect("a list");
    assert_eq!(list[0].address(), users.address().to_string());
    assert_eq!(list[0].version(), Some("1.0.0"));
    assert_eq!(list[0].metadata.get("zone").map(String::as_str), Some("区域-1"));
    registry.close().await;
    users.shutdown().await.expect("a clean stop");
}

tests::rows! {
    everywhere:
        instances_take_turns,
        an_instance_that_comes_later_gets_calls_and_one_that_leaves_gets_none,
        without_any_instance_the_answer_says_so_and_the_first_one_mends_it,
        what_the_attribute_says_is_registered;
}
