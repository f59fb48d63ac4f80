//! What the framework asks of a server, counted in the journal of a TestServer: its own loops and no others.

use std::time::Duration;

use bun_server::prelude::*;
use nacos_client::testing::{Recorded, TestServer};
use tests::application::{Directory, application};
use tests::row::{BEAT, POLL};
use tests::shop::UserModule;
use tests::{Row, unique};
use tokio::time::Instant;

fn requests(row: &Row, wanted: impl Fn(&Recorded) -> bool) -> usize {
    row.server().journal().iter().filter(|request| wanted(request)).count()
}

fn reads(request: &Recorded, data_id: &str) -> bool {
    request.path.ends_with("/v3/client/cs/config") && request.parameter("dataId") == Some(data_id)
}

/// The most that one loop may do in a time: its interval is cut by a tenth at most.
fn at_most(elapsed: Duration, interval: Duration) -> usize {
    let rounds = elapsed.as_secs_f64() / (interval.as_secs_f64() * 0.9);
    // What began before the count, and what was cut in half by its end.
    2 + rounds as usize
}

#[tokio::test]
async fn many_listeners_of_a_document_are_one_poll() {
    let row = Row::test_server().await.expect("a TestServer");
    let data_id = unique("shared");
    row.publish(&data_id, "a: 1").await;
    let center = row.config_center();
    let key: ConfigKey = data_id.as_str().into();
    let subscriptions: Vec<_> = (0..10).map(|_| center.watch_config(&key, Box::new(|_| {}))).collect();
    let mut streams: Vec<_> = (0..10).map(|_| center.config_stream(&key)).collect();
    let begun = Instant::now();
    for stream in &mut streams {
        tests::within(Duration::from_secs(5), "the current state", stream.next()).await;
    }
    tokio::time::sleep(POLL * 5).await;
    let count = requests(&row, |request| reads(request, &data_id));
    let most = at_most(begun.elapsed(), POLL);
    assert!(
        (3..=most).contains(&count),
        "{count} reads, at most {most} for one poll"
    );
    drop((subscriptions, streams));
    // The poll ends with its last listener: one more read may be under way.
    tokio::time::sleep(POLL * 2).await;
    row.server().clear_journal();
    tokio::time::sleep(POLL * 3).await;
    assert_eq!(requests(&row, |request| reads(request, &data_id)), 0, "nobody listens");
    center.close().await;
}

#[tokio::test]
async fn many_watchers_of_a_service_are_one_poll() {
    let row = Row::test_server().await.expect("a TestServer");
    let service = unique("shared");
    let registry = row.service_registry();
    let name = tests::instances::name(&service);
    let mut streams: Vec<_> = (0..10)
        .map(|_| registry.instance_stream(&name, &GetInstancesOptions::new().healthy_only()))
        .collect();
    let begun = Instant::now();
    for stream in &mut streams {
        tests::within(Duration::from_secs(5), "the first list", stream.next()).await;
    }
    tokio::time::sleep(POLL * 5).await;
    let count = requests(&row, |request| request.path.ends_with("/instance/list"));
    let most = at_most(begun.elapsed(), POLL);
    assert!(
        (3..=most).contains(&count),
        "{count} lists, at most {most} for one poll"
    );
    registry.close().await;
}

/// The client library has loops of its own, for its own users. If the framework started them, there would be a second
/// set of beats, polls and logins.
#[tokio::test]
async fn an_application_beats_and_polls_once_and_logs_in_once() {
    let password = unique("password");
    let server = TestServer::builder().auth("nacos", &password, Duration::from_secs(3600));
    let mut row = Row::on(server.start().await.expect("a free port"));
    row.nacos.as_mut().expect("a Nacos").credentials = Some(("nacos".to_owned(), password));
    row.publish("followed.yaml", "a: 1").await;
    row.server().clear_journal();
    let directory = Directory::new();
    let begun = Instant::now();
    let handle = application("user-service", &directory)
        .import(UserModule)
        .import(MicroserviceModule::for_root(
            row.options().heartbeat_interval(BEAT).config_import("followed.yaml"),
        ))
        .start()
        .await
        .expect("an application that starts");
    tokio::time::sleep(BEAT * 6).await;
    let elapsed = begun.elapsed();
    let path = |request: &Recorded, path: &str| request.path.ends_with(path);
    let logins = requests(&row, |request| path(request, "/auth/user/login"));
    let writes = |beat: bool| {
        requests(&row, |request| {
            let is_beat = request.parameter("heartBeat") == Some("true");
            request.method == "POST" && path(request, "/ns/instance") && is_beat == beat
        })
    };
    let (registrations, beats) = (writes(false), writes(true));
    let documents = requests(&row, |request| reads(request, "followed.yaml"));
    assert_eq!((logins, registrations), (1, 1), "one login for both, one registration");
    assert!(
        (4..=at_most(elapsed, BEAT)).contains(&beats),
        "{beats} beats in {elapsed:?}"
    );
    assert!(
        (4..=at_most(elapsed, POLL)).contains(&documents),
        "{documents} reads in {elapsed:?}"
    );
    handle.shutdown().await.expect("a clean stop");
    row.server().clear_journal();
    tokio::time::sleep(BEAT * 2).await;
    assert!(
        row.server().journal().is_empty(),
        "nothing outlives the application: {:?}",
        row.server().journal()
    );
}
