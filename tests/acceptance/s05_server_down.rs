//! Starting while the config center is away.

use std::time::Duration;

use nacos_client::testing::Fault;
use tests::application::{Directory, management};
use tests::http::Http;
use tests::logs::Logs;
use tests::process::Process;
use tests::row::ARRIVED;
use tests::{Row, eventually, holds, shop};
use tokio::time::Instant;

const ORDERS: &str = env!("CARGO_BIN_EXE_acceptance-order-service");

fn configured(address: &str, import: &str) -> Directory {
    let file = format!(
        "server: {{ address: 127.0.0.1, port: 0 }}\n\
         config_center: {{ url: \"nacos://{address}?namespace=n\", import: [\"{import}\"] }}\n\
         service_registry: {{ url: \"nacos://{address}?namespace=n\" }}\n"
    );
    Directory::new().with("application.yaml", &file)
}

/// Starts the service as a user would and gives its last words; it must have failed, and soon.
async fn refusal(address: &str) -> String {
    let directory = configured(address, "order-service.yaml?group=ORDERS");
    let begun = Instant::now();
    let mut orders = Process::start(ORDERS, directory.path(), []);
    let ended = orders.ended(Duration::from_secs(15)).await;
    let took = begun.elapsed();
    assert_eq!(ended.code(), Some(1), "{}", orders.output());
    assert!(took < Duration::from_secs(10), "it took {took:?}: {}", orders.output());
    orders.output()
}

fn says_what_to_do(output: &str, address: &str) {
    for part in [
        "error: order-service cannot start (1 problem)",
        "order-service.yaml cannot be loaded",
        "n/ORDERS/order-service.yaml",
        address,
        "start the server",
        "optional:order-service.yaml",
        "config_center.on_failure to `retry`",
    ] {
        assert!(output.contains(part), "{part}: {output}");
    }
    assert!(!output.contains("panicked"), "{output}");
}

#[tokio::test]
async fn without_a_snapshot_it_ends_in_time_and_says_what_to_do() {
    let row = Row::test_server().await.expect("a TestServer");
    row.server().stop().await;
    let address = row.server().address();
    says_what_to_do(&refusal(&address).await, &address);
}

#[tokio::test]
async fn a_server_that_never_answers_is_no_reason_to_wait_for_ever() {
    let row = Row::test_server().await.expect("a TestServer");
    row.server().fault(Fault::Hang);
    let address = row.server().address();
    says_what_to_do(&refusal(&address).await, &address);
}

#[tokio::test]
async fn with_optional_it_starts_warns_once_and_registers_by_itself_when_the_server_comes() {
    let logs = Logs::capture();
    let row = Row::test_server().await.expect("a TestServer");
    row.publish("order.yaml", "greeting: from the server").await;
    row.server().stop().await;
    let directory = Directory::new();
    let begun = Instant::now();
    let handle = shop::orders(row.options().config_import("optional:order.yaml"), &directory)
        .start()
        .await
        .expect("a start without a server");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let http = Http::new();
    assert_eq!(http.get(handle.address(), "/health/ready").await.status, 200);
    assert_eq!(http.get(handle.address(), "/orders").await.body, "no greeting 10");
    eventually(ARRIVED, || async {
        let health = http.get(management(&handle), "/health").await.json();
        let parts = &health["parts"];
        let degraded = parts["config"]["status"] == "DEGRADED" && parts["registry"]["status"] == "DEGRADED";
        holds(degraded, health)
    })
    .await;
    // Long enough for several tries of each loop.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (config, registry) = (logs.warnings("config order.yaml"), logs.warnings("registry nacos://"));
    assert_eq!(
        (config.len(), registry.len()),
        (1, 1),
        "each is told once: {config:#?} {registry:#?}"
    );

    row.server().restart().await.expect("the same port");
    row.registered("order-service", 1).await;
    eventually(ARRIVED, || async {
        let said = http.get(handle.address(), "/orders").await.body;
        holds(said == "from the server 10", said)
    })
    .await;
    eventually(ARRIVED, || async {
        let health = http.get(management(&handle), "/health").await.json();
        holds(health["status"] == "UP", health)
    })
    .await;
    handle.shutdown().await.expect("a clean stop");
    assert_eq!(row.addresses("order-service").await, [""; 0]);
}

#[tokio::test]
async fn after_one_good_run_it_starts_from_the_snapshot_with_a_warning() {
    let row = Row::test_server().await.expect("a TestServer");
    row.publish("order.yaml", "greeting: kept").await;
    let directory = Directory::new();
    let start = || shop::orders(row.options().config_import("order.yaml"), &directory).start();
    let first = start().await.expect("the good run");
    first.shutdown().await.expect("a clean stop");
    row.server().stop().await;

    let logs = Logs::capture();
    let handle = start().await.expect("a start from the snapshot");
    let http = Http::new();
    assert_eq!(http.get(handle.address(), "/orders").await.body, "kept 10");
    assert_eq!(http.get(handle.address(), "/health/ready").await.status, 200);
    let warnings = logs.warnings("config order.yaml");
    assert!(
        warnings.iter().any(|line| line.contains("starting from a snapshot")),
        "{warnings:#?}"
    );

    row.server().restart().await.expect("the same port");
    row.publish("order.yaml", "greeting: fresh").await;
    row.registered("order-service", 1).await;
    eventually(ARRIVED, || async {
        let said = http.get(handle.address(), "/orders").await.body;
        holds(said == "fresh 10", said)
    })
    .await;
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn with_abort_a_snapshot_is_not_used() {
    let row = Row::test_server().await.expect("a TestServer");
    row.publish("order.yaml", "greeting: kept").await;
    let directory = Directory::new();
    let application = || shop::orders(row.options().config_import("order.yaml"), &directory);
    application()
        .start()
        .await
        .expect("the good run")
        .shutdown()
        .await
        .expect("a clean stop");
    row.server().stop().await;
    let aborting = application()
        .config_default("config_center.on_failure", "abort")
        .config_default("config_center.start_timeout", "1s");
    let report = aborting.start().await.expect_err("no server").to_string();
    assert!(
        report.contains("order.yaml cannot be loaded") && report.contains("`abort`"),
        "{report}"
    );
}

#[tokio::test]
async fn with_retry_it_waits_live_and_not_ready() {
    let row = Row::test_server().await.expect("a TestServer");
    row.publish("order.yaml", "greeting: late").await;
    row.server().stop().await;
    let directory = Directory::new();
    let port = tests::free_port();
    let waiting = shop::orders(row.options().config_import("order.yaml"), &directory)
        .config_default("server.port", port)
        .config_default("config_center.on_failure", "retry");
    let started = tokio::spawn(waiting.start());
    let at = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let http = Http::new();
    let status = async |path| http.try_get(at, path).await.map(|answer| answer.status);
    eventually(ARRIVED, || async {
        let statuses = (
            status("/health/live").await,
            status("/health/ready").await,
            status("/orders").await,
        );
        holds(statuses == (Ok(200), Ok(503), Ok(503)), statuses)
    })
    .await;
    assert!(!started.is_finished());
    row.server().restart().await.expect("the same port");
    let handle = tests::within(ARRIVED, "the start", started)
        .await
        .expect("no panic")
        .expect("a start");
    assert_eq!(handle.address(), at);
    assert_eq!(http.get(at, "/orders").await.body, "late 10");
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn a_registration_that_must_succeed_stops_the_start() {
    let row = Row::test_server().await.expect("a TestServer");
    row.server().stop().await;
    let directory = Directory::new();
    let strict = shop::orders(row.options(), &directory).config_default("service_registry.on_failure", "abort");
    let report = tests::within(Duration::from_secs(15), "the start", strict.start()).await;
    let report = report.expect_err("no registry").to_string();
    for part in [
        "order-service at 127.0.0.1:",
        "is not registered",
        "service_registry.on_failure",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
}
