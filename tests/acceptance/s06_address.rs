//! What is registered can be reached: the bound port, an address that others have a way to.

use bun_server::prelude::*;
use tests::application::{Directory, application_with};
use tests::http::Http;
use tests::shop::UserModule;
use tests::{Row, within};

async fn started(row: &Row, variables: &[(&str, &str)], address: &str) -> (ApplicationHandle, String) {
    let directory = Directory::new();
    let handle = application_with("user-service", &directory, variables)
        .config_default("server.address", address)
        .import(UserModule)
        .import(MicroserviceModule::for_root(row.options()))
        .start()
        .await
        .expect("a start");
    let registered = row.registered("user-service", 1).await;
    (handle, registered[0].clone())
}

async fn the_bound_port_and_a_routable_address_are_registered(row: Row) {
    let (handle, registered) = started(&row, &[], "0.0.0.0").await;
    let registered: std::net::SocketAddr = registered.parse().expect("an address");
    assert!(!registered.ip().is_unspecified(), "{registered}");
    assert_eq!(registered.port(), handle.address().port());
    let answer = Http::new().get(registered, "/users/7").await;
    assert_eq!(answer.json()["id"], "7");
    within(std::time::Duration::from_secs(10), "the stop", handle.shutdown())
        .await
        .expect("a clean stop");
    row.registered("user-service", 0).await;
}

async fn the_address_of_the_pod_is_registered(row: Row) {
    let (handle, registered) = started(&row, &[("POD_IP", "192.0.2.44")], "0.0.0.0").await;
    assert_eq!(registered, format!("192.0.2.44:{}", handle.address().port()));
    handle.shutdown().await.expect("a clean stop");
}

async fn an_explicit_address_wins(row: Row) {
    let variables = [("POD_IP", "192.0.2.44"), ("BUN_SERVICE_REGISTRY__IP", "192.0.2.55")];
    let (handle, registered) = started(&row, &variables, "127.0.0.1").await;
    assert_eq!(registered, format!("192.0.2.55:{}", handle.address().port()));
    handle.shutdown().await.expect("a clean stop");
}

tests::rows! {
    everywhere:
        the_bound_port_and_a_routable_address_are_registered,
        the_address_of_the_pod_is_registered,
        an_explicit_address_wins;
}
