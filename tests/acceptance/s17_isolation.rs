//! Applications of one process never see each other, and leave nothing behind.

use std::sync::Mutex;
use std::time::Duration;

use bun_server::prelude::*;
use tests::Row;
use tests::application::{Directory, application};
use tests::http::Http;
use tests::process::Process;
use tests::shop::{UserController, UserModule, start_orders, start_users};

const TWO_HUNDRED: &str = env!("CARGO_BIN_EXE_acceptance-two-hundred");

#[injectable]
struct Counter {
    #[config_value("name", default = "nobody")]
    name: String,
    #[default]
    hits: Mutex<u32>,
}

#[controller("/hits")]
impl Counter {
    #[get("")]
    async fn hit(&self) -> String {
        let mut hits = self.hits.lock().expect("no panic while it was held");
        *hits += 1;
        format!("{} {hits}", self.name)
    }
}

#[tokio::test]
async fn two_applications_side_by_side_share_nothing() {
    let (here, there) = (
        Directory::new().with("application.yaml", "name: here"),
        Directory::new(),
    );
    let one = application("counter", &here)
        .controller::<Counter>()
        .start()
        .await
        .expect("a start");
    let two = application("counter", &there)
        .config_default("name", "there")
        .controller::<Counter>();
    let two = two.start().await.expect("a start");
    let http = Http::new();
    assert_eq!(http.get(one.address(), "/hits").await.body, "here 1");
    assert_eq!(http.get(one.address(), "/hits").await.body, "here 2");
    assert_eq!(http.get(two.address(), "/hits").await.body, "there 1");
    one.shutdown().await.expect("a clean stop");
    assert_eq!(
        http.get(two.address(), "/hits").await.body,
        "there 2",
        "the stop of one is none of the other's"
    );
    two.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn memory_belongs_to_one_application_unless_its_handle_is_shared() {
    let directory = Directory::new();
    let alone = |instance: &str| {
        application("user-service", &directory)
            .config_default("user.instance", instance)
            .import(UserModule)
            .import(MicroserviceModule::from_config())
            .start()
    };
    let (one, two) = (
        alone("one").await.expect("a start"),
        alone("two").await.expect("a start"),
    );
    assert_ne!(one.address(), two.address());
    let shared = Row::memory().await.expect("memory");
    let orders = start_orders(&shared, &directory).await;
    let answer = Http::new().get(orders.address(), "/orders/7").await;
    assert_eq!(answer.status, 502, "it sees neither: {answer:?}");
    for handle in [orders, one, two] {
        handle.shutdown().await.expect("a clean stop");
    }
}

/// The last handle is dropped without a stop: the socket closes, and nothing beats any more.
async fn a_dropped_application_ends_at_once(row: Row) {
    let directory = Directory::new();
    let handle = start_users(&row, &directory, "dropped").await;
    let at = handle.address();
    row.registered("user-service", 1).await;
    drop(handle);
    tests::eventually(Duration::from_secs(5), || async {
        let refused = tokio::net::TcpStream::connect(at).await;
        tests::holds(refused.is_err(), refused)
    })
    .await;
    if let Some(server) = &row.server {
        server.clear_journal();
        tokio::time::sleep(tests::row::APPLICATION_BEAT * 3 / 2).await;
        assert!(server.journal().is_empty(), "{:?}", server.journal());
    }
}

tests::rows! {
    everywhere: a_dropped_application_ends_at_once;
}

async fn two_hundred_leave_nothing(row: &str) {
    let directory = Directory::new();
    let mut all = Process::start(TWO_HUNDRED, directory.path(), [("APPLICATIONS_ON", row.to_owned())]);
    let ended = all.ended(Duration::from_secs(240)).await;
    assert_eq!(ended.code(), Some(0), "{}", all.output());
}

#[tokio::test]
async fn two_hundred_applications_on_one_thread_leave_no_task_and_no_descriptor() {
    two_hundred_leave_nothing("memory").await;
}

#[tokio::test]
async fn two_hundred_applications_on_a_nacos_leave_no_task_and_no_descriptor() {
    two_hundred_leave_nothing("nacos").await;
}

/// A start that fails undoes what it had begun.
#[tokio::test]
async fn a_start_that_fails_leaves_nothing_either() {
    let row = Row::test_server().await.expect("a TestServer");
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let directory = Directory::new();
    let start = || {
        application("user-service", &directory)
            .import(UserModule)
            .provider::<UserController>()
            .import(MicroserviceModule::for_root(row.options().config_import("absent.yaml")))
            .start()
    };
    start().await.expect_err("refused");
    let before = tasks();
    for _ in 0..5 {
        start().await.expect_err("refused");
    }
    tests::eventually(Duration::from_secs(5), || async {
        tests::holds(tasks() <= before, tasks())
    })
    .await;
}
