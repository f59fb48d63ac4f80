//! Two processes, one call, and both end in order.

use std::net::SocketAddr;
use std::time::Duration;

use tests::application::Directory;
use tests::http::Http;
use tests::process::Process;
use tests::row::ARRIVED;
use tests::{Row, eventually, holds};

const USERS: &str = env!("CARGO_BIN_EXE_acceptance-user-service");
const ORDERS: &str = env!("CARGO_BIN_EXE_acceptance-order-service");

async fn two_processes_find_each_other_and_end_with_zero(row: Row) {
    row.publish("order.yaml", "greeting: from the center").await;
    let directory = Directory::new().with("application.yaml", "config_center: { import: [order.yaml] }");
    let quick = [("BUN_SHUTDOWN__PRE_STOP_DELAY", "1s".to_owned())];
    let start = |program| {
        Process::start(
            program,
            directory.path(),
            row.variables().into_iter().chain(quick.clone()),
        )
    };
    let (mut users, mut orders) = (start(USERS), start(ORDERS));
    let (users_port, orders_port) = (users.port().await, orders.port().await);
    assert_eq!(
        row.registered("user-service", 1).await,
        [format!("127.0.0.1:{users_port}")]
    );
    let at = SocketAddr::from(([127, 0, 0, 1], orders_port));
    let http = Http::new();
    let answer = eventually(ARRIVED, || async {
        let answer = http.try_get(at, "/orders/7").await?;
        holds(answer.status == 200, &answer).map(|()| answer)
    })
    .await;
    let order = answer.json();
    assert_eq!(order["user"]["id"], "7");
    assert_eq!(order["greeting"], "from the center");
    row.publish("order.yaml", "greeting: changed").await;
    eventually(ARRIVED, || async {
        let answer = http.try_get(at, "/orders/7").await?;
        holds(answer.json()["greeting"] == "changed", answer)
    })
    .await;
    for process in [&mut orders, &mut users] {
        process.signal("TERM").await;
        let ended = process.ended(Duration::from_secs(25)).await;
        assert_eq!(ended.code(), Some(0), "{}", process.output());
        assert!(!process.output().contains("ERROR"), "{}", process.output());
    }
    assert_eq!(row.addresses("user-service").await, [""; 0]);
    assert_eq!(row.addresses("order-service").await, [""; 0]);
}

async fn a_signal_during_the_start_ends_it_with_zero(row: Row) {
    let variables = [
        ("BUN_CONFIG_CENTER__ON_FAILURE", "retry".to_owned()),
        ("BUN_CONFIG_CENTER__URL", "nacos://127.0.0.1:1".to_owned()),
    ];
    let directory = Directory::new().with("application.yaml", "config_center: { import: [order.yaml] }");
    let variables = row.variables().into_iter().chain(variables);
    let mut orders = Process::start(ORDERS, directory.path(), variables);
    eventually(ARRIVED, || async {
        holds(orders.output().contains("waiting for it"), orders.output())
    })
    .await;
    orders.signal("TERM").await;
    let ended = orders.ended(Duration::from_secs(8)).await;
    assert_eq!(ended.code(), Some(0), "{}", orders.output());
}

tests::rows! {
    on_nacos:
        two_processes_find_each_other_and_end_with_zero,
        a_signal_during_the_start_ends_it_with_zero;
}
