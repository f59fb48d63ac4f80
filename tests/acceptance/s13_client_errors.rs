//! What went wrong with a call is told apart, and a request that may have been carried out is not sent twice.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::routing::post;
use bun_server::prelude::*;
use tests::application::{Directory, application};
use tests::instances::instance;
use tests::shop::{UserApi, UserApiClient, start_users};
use tests::{Row, eventually};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// An application that calls, and its client.
async fn caller(row: &Row) -> (ApplicationHandle, Arc<dyn UserApi>, Arc<ServiceClient>) {
    let handle = application("caller", &Directory::new())
        .provider::<UserApiClient>()
        .import(MicroserviceModule::for_root(row.options()))
        .start()
        .await
        .expect("a start");
    let api = handle.container().get::<dyn UserApi>().expect("a client");
    let client = handle.container().get::<ServiceClient>().expect("a client");
    (handle, api, client)
}

/// A server of the test's own under the name `user-service`.
async fn serve(row: &Row, router: axum::Router) -> Arc<dyn ServiceRegistry> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let registry = row.service_registry();
    registry.register(&at_address(at)).await.expect("a registration");
    row.registered("user-service", 1).await;
    registry
}

async fn kinds_of_errors_are_told_apart(row: Row) {
    let (handle, api, _) = caller(&row).await;
    let error = eventually(tests::row::ARRIVED, || async {
        let error = api.find("7").await.expect_err("nobody is there");
        tests::holds(!matches!(error, ClientError::Discovery { .. }), &error).map(|()| error)
    })
    .await;
    assert!(matches!(error, ClientError::NoInstance { .. }), "{error:?}");
    assert!(error.to_string().contains("GET user-service /users/{id}"), "{error}");
    assert!(!error.to_string().contains('7'), "arguments are not shown: {error}");

    let directory = Directory::new();
    let users = start_users(&row, &directory, "one").await;
    eventually(tests::row::ARRIVED, || async {
        api.find("7").await.map(drop).map_err(|error| error.to_string())
    })
    .await;
    let at = users.address().to_string();
    let error = api.impatient("7", 2000).await.expect_err("too slow");
    let ClientError::Timeout { limit, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*limit, Duration::from_millis(300));
    assert!(error.to_string().contains(&at) && error.is_retryable(), "{error}");

    let error = api.lost("7").await.expect_err("no route");
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND), "{error:?}");
    assert!(!error.is_retryable());

    let error = api.unreadable("7").await.expect_err("no JSON");
    assert!(matches!(error, ClientError::Decode { .. }), "{error:?}");

    users.shutdown().await.expect("a clean stop");
    handle.shutdown().await.expect("a clean stop");
    let error = api.find("7").await.expect_err("the application has stopped");
    assert!(error.call().is_some(), "{error:?}");
}

async fn a_place_where_nobody_listens_is_no_connection(row: Row) {
    let registry = row.service_registry();
    let nobody = at_address(([127, 0, 0, 1], tests::free_port()).into());
    registry.register(&nobody).await.expect("a registration");
    row.registered("user-service", 1).await;
    let (handle, api, _) = caller(&row).await;
    let error = api.find("7").await.expect_err("nobody listens");
    assert!(matches!(error, ClientError::Connect { .. }), "{error:?}");
    assert!(error.to_string().contains(&nobody.address()), "{error}");
    handle.shutdown().await.expect("a clean stop");
    registry.close().await;
}

async fn a_connection_that_breaks_is_told_from_one_that_never_was(row: Row) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let half = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\":";
            let _ = stream.write_all(half).await;
        }
    });
    let registry = row.service_registry();
    registry.register(&at_address(at)).await.expect("a registration");
    row.registered("user-service", 1).await;
    let (handle, api, _) = caller(&row).await;
    let error = api.find("7").await.expect_err("half an answer");
    assert!(matches!(error, ClientError::Interrupted { .. }), "{error:?}");
    handle.shutdown().await.expect("a clean stop");
    registry.close().await;
}

fn at_address(at: std::net::SocketAddr) -> ServiceInstance {
    let mut registered = instance("user-service", 1);
    (registered.host, registered.port) = (at.ip().to_string(), at.port());
    registered
}

async fn a_post_that_times_out_reached_the_server_exactly_once(row: Row) {
    let hits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hits);
    let create = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            "created"
        }
    };
    let registry = serve(&row, axum::Router::new().route("/orders", post(create))).await;
    let (handle, _, client) = caller(&row).await;
    let request = client
        .post("user-service", "/orders")
        .body("order 7")
        .timeout(Duration::from_millis(200));
    let error = request.send().await.expect_err("no answer in time");
    assert!(matches!(error, ClientError::Timeout { .. }), "{error:?}");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(hits.load(Ordering::SeqCst), 1);
    handle.shutdown().await.expect("a clean stop");
    registry.close().await;
}

/// The callee sees how long its caller still waits, and stops by then.
async fn the_time_that_is_left_goes_with_the_call(row: Row) {
    let directory = Directory::new();
    let users = start_users(&row, &directory, "one").await;
    row.registered("user-service", 1).await;
    let (handle, _, client) = caller(&row).await;
    let answer = client
        .get("user-service", "/users/7")
        .timeout(Duration::from_millis(900))
        .send()
        .await
        .expect("an answer");
    let user: tests::shop::User = answer.json().expect("a user");
    let left: u64 = user.headers["x-request-timeout-ms"].parse().expect("a number");
    assert!((1..=900).contains(&left), "{left}");
    handle.shutdown().await.expect("a clean stop");
    users.shutdown().await.expect("a clean stop");
}

tests::rows! {
    everywhere:
        kinds_of_errors_are_told_apart,
        a_place_where_nobody_listens_is_no_connection,
        a_connection_that_breaks_is_told_from_one_that_never_was,
        a_post_that_times_out_reached_the_server_exactly_once,
        the_time_that_is_left_goes_with_the_call;
}
