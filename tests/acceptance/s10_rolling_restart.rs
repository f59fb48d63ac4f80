//! One of two instances stops while callers go on calling.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bun_server::prelude::ApplicationHandle;
use tests::application::Directory;
use tests::http::Http;
use tests::process::Process;
use tests::shop::start_orders;
use tests::{Row, eventually, holds};
use tokio::task::JoinSet;
use tokio::time::Instant;

const USERS: &str = env!("CARGO_BIN_EXE_acceptance-user-service");
const CALLERS: usize = 16;

/// `user-service` as a process on a row.
async fn users(
    row: &Row,
    directory: &Directory,
    instance: &str,
    more: &[(&'static str, &str)],
) -> (Process, SocketAddr) {
    let mut variables = row.variables();
    variables.push(("BUN_USER__INSTANCE", instance.to_owned()));
    variables.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let mut process = Process::start(USERS, directory.path(), variables);
    let port = process.port().await;
    (process, SocketAddr::from(([127, 0, 0, 1], port)))
}

/// Many callers at once, until they are told to stop; gives how many calls succeeded and what each failure was.
struct Load {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
    callers: JoinSet<Vec<String>>,
}

impl Load {
    fn begin(orders: &ApplicationHandle) -> Self {
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (http, at) = (Http::new(), orders.address());
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            let (stop, done, http) = (Arc::clone(&stop), Arc::clone(&done), http.clone());
            callers.spawn(async move {
                let mut failures = Vec::new();
                while !stop.load(Ordering::SeqCst) {
                    // Slow enough that calls are under way at every moment.
                    match http.try_get(at, "/orders/7/after/20").await {
                        Ok(answer) if answer.status == 200 => drop(done.fetch_add(1, Ordering::SeqCst)),
                        Ok(answer) => failures.push(format!("{} {}", answer.status, answer.body)),
                        Err(error) => failures.push(error),
                    }
                }
                failures
            });
        }
        Self { stop, done, callers }
    }

    async fn end(self) -> u64 {
        self.stop.store(true, Ordering::SeqCst);
        let failures: Vec<String> = self.callers.join_all().await.into_iter().flatten().collect();
        let done = self.done.load(Ordering::SeqCst);
        assert!(
            failures.is_empty(),
            "{} failed, {done} succeeded: {:#?}",
            failures.len(),
            &failures[..1]
        );
        done
    }
}

async fn no_call_fails_when_an_instance_is_terminated(row: Row) {
    let directory = Directory::new();
    let (mut leaving, leaving_at) = users(&row, &directory, "leaving", &[]).await;
    let (mut staying, staying_at) = users(&row, &directory, "staying", &[]).await;
    row.registered("user-service", 2).await;
    let orders = start_orders(&row, &directory).await;
    let load = Load::begin(&orders);
    eventually(Duration::from_secs(20), || async {
        let done = load.done.load(Ordering::SeqCst);
        holds(done > 200, done)
    })
    .await;

    leaving.signal("TERM").await;
    let signalled = Instant::now();
    // Gone from the server while the socket still answers.
    eventually(Duration::from_secs(10), || async {
        let listed = row.addresses("user-service").await;
        holds(listed == [staying_at.to_string()], listed)
    })
    .await;
    let answer = Http::new().get(leaving_at, "/users/7").await;
    assert_eq!(answer.status, 200, "it serves those who have not noticed yet");
    assert_eq!(Http::new().get(leaving_at, "/health/ready").await.status, 503);
    let ended = leaving.ended(Duration::from_secs(30)).await;
    assert_eq!(ended.code(), Some(0), "{}", leaving.output());
    assert!(
        signalled.elapsed() < Duration::from_secs(28),
        "{:?}",
        signalled.elapsed()
    );
    let before = load.done.load(Ordering::SeqCst);
    eventually(Duration::from_secs(10), || async {
        let done = load.done.load(Ordering::SeqCst);
        holds(done > before + 100, done)
    })
    .await;
    let done = load.end().await;
    assert!(done > 300);
    for phase in [
        "deregistration took",
        "the pause in which callers notice took",
        "draining took",
        "all of it took",
    ] {
        assert!(leaving.output().contains(phase), "{phase}: {}", leaving.output());
    }
    orders.shutdown().await.expect("a clean stop");
    staying.signal("TERM").await;
    staying.signal("TERM").await;
    staying.ended(Duration::from_secs(20)).await;
}

async fn a_second_signal_skips_the_pause(row: Row) {
    let directory = Directory::new();
    let (mut process, _) = users(&row, &directory, "one", &[("BUN_SHUTDOWN__PRE_STOP_DELAY", "20s")]).await;
    row.registered("user-service", 1).await;
    process.signal("TERM").await;
    row.registered("user-service", 0).await;
    process.signal("TERM").await;
    let ended = process.ended(Duration::from_secs(8)).await;
    assert_eq!(ended.code(), Some(0), "{}", process.output());
}

async fn ctrl_c_skips_the_pause_in_development_only(row: Row) {
    let directory = Directory::new().with("application-prod.yaml", "logging: { level: info }");
    let pause = ("BUN_SHUTDOWN__PRE_STOP_DELAY", "4s");
    let (mut dev, _) = users(&row, &directory, "dev", &[pause]).await;
    let (mut prod, _) = users(&row, &directory, "prod", &[pause, ("BUN_PROFILE", "prod")]).await;
    row.registered("user-service", 2).await;
    let begun = Instant::now();
    dev.signal("INT").await;
    prod.signal("INT").await;
    assert_eq!(
        dev.ended(Duration::from_secs(3)).await.code(),
        Some(0),
        "{}",
        dev.output()
    );
    assert_eq!(
        prod.ended(Duration::from_secs(15)).await.code(),
        Some(0),
        "{}",
        prod.output()
    );
    assert!(
        begun.elapsed() >= Duration::from_secs(4),
        "production waits for its callers: {:?}",
        begun.elapsed()
    );
    row.registered("user-service", 0).await;
}

tests::rows! {
    on_nacos:
        no_call_fails_when_an_instance_is_terminated,
        a_second_signal_skips_the_pause,
        ctrl_c_skips_the_pause_in_development_only;
}
