//! Starts and stops two hundred applications, one after the other, on one thread; ends with 1 when anything of them is left.

#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test that is a process")]

use std::process::ExitCode;
use std::time::Duration;

use tests::Row;
use tests::application::Directory;
use tests::http::Http;
use tests::shop::{start_orders, start_users};
use tokio::runtime::Handle;

/// What may be left: sockets and files, and tasks.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    descriptors: usize,
    tasks: usize,
}

impl Left {
    fn now() -> Self {
        Self {
            descriptors: std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count),
            tasks: Handle::current().metrics().num_alive_tasks(),
        }
    }
}

/// Two applications that talk to each other; their caller's connection goes with them.
async fn once(row: &Row) {
    let directory = Directory::new();
    let users = start_users(row, &directory, "one").await;
    let orders = start_orders(row, &directory).await;
    row.registered("user-service", 1).await;
    let http = Http::new();
    let answer = http.get(orders.address(), "/orders/7").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    drop(http);
    orders.shutdown().await.expect("a clean stop");
    users.shutdown().await.expect("a clean stop");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let on_nacos = std::env::var("APPLICATIONS_ON").is_ok_and(|row| row == "nacos");
    let row = if on_nacos {
        Row::test_server().await
    } else {
        Row::memory().await
    };
    let row = row.expect("a row");
    once(&row).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = Left::now();
    for _ in 0..100 {
        once(&row).await;
    }
    // What is closed on the other side is seen a moment later.
    for _ in 0..100 {
        if Left::now() == before {
            return ExitCode::SUCCESS;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    eprintln!("before {before:?}, after {:?}", Left::now());
    ExitCode::FAILURE
}
