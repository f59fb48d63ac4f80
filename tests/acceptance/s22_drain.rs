//! The beginning and the end of serving, as callers see them.

use std::net::SocketAddr;
use std::time::Duration;

use bun_server::app::Phase;
use bun_server::prelude::*;
use tests::application::{Directory, application, management};
use tests::http::Http;
use tests::row::ARRIVED;
use tests::shop::UserModule;
use tests::{eventually, holds, within};
use tokio::sync::Notify;
use tokio::time::Instant;

/// `user-service` that goes on serving for a while after it was asked to stop.
async fn users(pause: &str) -> ApplicationHandle {
    application("user-service", &Directory::new())
        .config_default("shutdown.pre_stop_delay", pause)
        .import(UserModule)
        .import(MicroserviceModule::from_config())
        .start()
        .await
        .expect("a start")
}

#[tokio::test]
async fn a_request_under_way_is_answered_and_new_connections_are_not_taken() {
    let handle = users("0s").await;
    let at = handle.address();
    let under_way = tokio::spawn(async move { Http::new().get(at, "/users/7/after/700").await });
    eventually(ARRIVED, || async { holds(tasks_serve(&handle).await, "not yet") }).await;
    let begun = Instant::now();
    let stopping = tokio::spawn({
        let handle = handle.clone();
        async move { handle.shutdown().await }
    });
    eventually(ARRIVED, || async {
        let connected = tokio::net::TcpStream::connect(at).await;
        holds(connected.is_err(), "still accepting")
    })
    .await;
    assert!(!under_way.is_finished(), "{:?}", begun.elapsed());
    let answer = within(ARRIVED, "the answer", under_way).await.expect("no panic");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("connection"), Some("close"));
    within(ARRIVED, "the stop", stopping)
        .await
        .expect("no panic")
        .expect("a clean stop");
}

/// A moment later the request has arrived: another one, sent after it, was answered.
async fn tasks_serve(handle: &ApplicationHandle) -> bool {
    tokio::time::sleep(Duration::from_millis(100)).await;
    Http::new().get(handle.address(), "/users/8").await.status == 200
}

#[tokio::test]
async fn while_it_stops_it_is_live_not_ready_and_asks_to_close_connections() {
    let handle = users("1500ms").await;
    let (at, http) = (handle.address(), Http::new());
    let before = http.get(at, "/users/7").await;
    assert_eq!(before.header("connection"), None, "connections are kept");
    assert_eq!(http.get(at, "/health/ready").await.status, 200);
    let stopping = tokio::spawn({
        let handle = handle.clone();
        async move { handle.shutdown().await }
    });
    eventually(ARRIVED, || async {
        let ready = http.get(at, "/health/ready").await;
        holds(ready.status == 503, ready)
    })
    .await;
    let ready = http.get(at, "/health/ready").await;
    assert_eq!(ready.body, r#"{"status":"OUT_OF_SERVICE"}"#);
    assert_eq!(http.get(at, "/health/live").await.status, 200);
    assert_eq!(http.get(management(&handle), "/health/ready").await.status, 503);
    let during = http.get(at, "/users/7").await;
    assert_eq!(
        (during.status, during.header("connection")),
        (200, Some("close")),
        "it serves, and says goodbye"
    );
    within(ARRIVED, "the stop", stopping)
        .await
        .expect("no panic")
        .expect("a clean stop");
    handle.wait().await.expect("a clean stop");
    assert_eq!(handle.phase(), Phase::Stopped);
    handle.shutdown().await.expect("a second stop finds everything stopped");
}

#[tokio::test]
async fn the_pause_can_be_skipped_and_everybody_who_waits_is_told() {
    let handle = users("60s").await;
    let stopping = tokio::spawn({
        let handle = handle.clone();
        async move { handle.shutdown().await }
    });
    let waiting = tokio::spawn({
        let handle = handle.clone();
        async move { handle.wait().await }
    });
    let (at, http) = (handle.address(), Http::new());
    eventually(ARRIVED, || async {
        holds(http.get(at, "/health/ready").await.status == 503, "ready")
    })
    .await;
    handle.skip_pre_stop_delay();
    within(ARRIVED, "the stop", stopping)
        .await
        .expect("no panic")
        .expect("a clean stop");
    within(ARRIVED, "the wait", waiting)
        .await
        .expect("no panic")
        .expect("a clean stop");
}

#[tokio::test]
async fn a_request_that_never_ends_is_cut_off_in_time() {
    let handle = application("user-service", &Directory::new())
        .config_default("shutdown.drain_timeout", "400ms")
        .import(UserModule)
        .import(MicroserviceModule::from_config())
        .start()
        .await
        .expect("a start");
    let at = handle.address();
    let endless = tokio::spawn(async move { Http::new().try_get(at, "/users/7/after/15000").await });
    assert!(tasks_serve(&handle).await);
    within(Duration::from_secs(5), "the stop", handle.shutdown())
        .await
        .expect("a clean stop");
    let answer = within(ARRIVED, "the caller", endless).await.expect("no panic");
    assert!(answer.is_err(), "{answer:?}");
}

/// What an idle connection of a caller must not do: hold up the stop.
#[tokio::test]
async fn idle_connections_do_not_hold_up_the_stop() {
    let handle = users("0s").await;
    let http = Http::new();
    assert_eq!(http.get(handle.address(), "/users/7").await.status, 200);
    let silent = tokio::net::TcpStream::connect(handle.address())
        .await
        .expect("a connection");
    within(Duration::from_secs(3), "the stop", handle.shutdown())
        .await
        .expect("a clean stop");
    drop((http, silent));
}

#[injectable(on_start = Self::wait)]
struct Slow {
    release: Arc<Release>,
}

#[derive(Default)]
struct Release(Notify);

impl Slow {
    async fn wait(&self) {
        self.release.0.notified().await;
    }
}

#[controller("/slow")]
impl Slow {
    #[get("")]
    async fn answer(&self) -> &'static str {
        "ready"
    }
}

#[tokio::test]
async fn before_it_is_ready_requests_are_told_that_it_starts() {
    struct ReleaseModule;
    let release = Arc::new(Release::default());
    let shared = DynamicModule::builder::<ReleaseModule>()
        .provide_shared(Arc::clone(&release))
        .export::<Release>()
        .build();
    let port = tests::free_port();
    let slow = application("slow", &Directory::new())
        .config_default("server.port", port)
        .controller::<Slow>()
        .import(shared);
    let started = tokio::spawn(slow.start());
    let (at, http) = (SocketAddr::from(([127, 0, 0, 1], port)), Http::new());
    let live = eventually(ARRIVED, || async { http.try_get(at, "/health/live").await }).await;
    assert_eq!(live.status, 200);
    assert_eq!(http.get(at, "/health/ready").await.status, 503);
    let early = http.get(at, "/slow").await;
    assert_eq!(
        (early.status, early.json()["title"].as_str()),
        (503, Some("starting")),
        "{early:?}"
    );
    assert!(!started.is_finished());
    release.0.notify_one();
    let handle = within(ARRIVED, "the start", started)
        .await
        .expect("no panic")
        .expect("a start");
    assert_eq!(handle.phase(), Phase::Ready);
    assert_eq!(http.get(at, "/slow").await.body, "ready");
    assert_eq!(http.get(at, "/health/ready").await.status, 200);
    handle.shutdown().await.expect("a clean stop");
}

/// A start that is given up half-way lets go of its socket.
#[tokio::test]
async fn a_start_that_is_dropped_closes_its_socket() {
    struct ReleaseModule;
    let shared = DynamicModule::builder::<ReleaseModule>()
        .provide(Release::default())
        .export::<Release>()
        .build();
    let port = tests::free_port();
    let slow = application("slow", &Directory::new())
        .config_default("server.port", port)
        .controller::<Slow>()
        .import(shared);
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    let gave_up = tokio::time::timeout(Duration::from_millis(500), slow.start()).await;
    assert!(gave_up.is_err());
    eventually(ARRIVED, || async {
        let connected = tokio::net::TcpStream::connect(at).await;
        holds(connected.is_err(), connected)
    })
    .await;
}
