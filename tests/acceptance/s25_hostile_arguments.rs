//! Nothing in the arguments of a call changes where it goes.

use bun_server::prelude::*;
use tests::Row;
use tests::application::{Directory, application};
use tests::shop::{User, UserApi, UserApiClient, start_users};

async fn arguments_arrive_as_they_are(row: Row) {
    let directory = Directory::new();
    let users = start_users(&row, &directory, "one").await;
    row.registered("user-service", 1).await;
    let caller = application("caller", &directory)
        .provider::<UserApiClient>()
        .import(MicroserviceModule::for_root(row.options()))
        .start()
        .await
        .expect("a start");
    let api = caller.container().get::<dyn UserApi>().expect("a client");
    for hostile in [
        "a/b",
        "../../health/live",
        "..%2f..",
        "a?b=c&d#e",
        "a b",
        "http://evil.example/x",
        "@evil.example:80",
        "你好 👋",
        "a\r\nX-Evil: 1",
        "\u{0}",
        "%",
        "{id}",
        ";,:=+$",
    ] {
        let user = api
            .find(hostile)
            .await
            .unwrap_or_else(|error| panic!("{hostile:?}: {error}"));
        assert_eq!(user.id, hostile);
        assert!(!user.headers.contains_key("x-evil"));
    }
    for refused in ["", ".", ".."] {
        let error = api.find(refused).await.expect_err(refused);
        assert!(
            matches!(error, ClientError::InvalidRequest { .. }),
            "{refused:?}: {error:?}"
        );
    }
    let client = caller.container().get::<ServiceClient>().expect("a client");
    let smuggled = client
        .get("user-service", "/users/1")
        .header("x-tenant", "a\r\nx-evil: 1")
        .json::<User>()
        .await;
    assert!(
        matches!(smuggled, Err(ClientError::InvalidRequest { .. })),
        "{smuggled:?}"
    );
    for service in [
        "user-service/users/1?",
        "http://127.0.0.1:1",
        "127.0.0.1:1@user-service",
        "",
        "a b",
    ] {
        let error = client.get(service, "/users/1").send().await.expect_err(service);
        assert!(
            matches!(error, ClientError::InvalidRequest { .. }),
            "{service:?}: {error:?}"
        );
    }
    let query = client
        .get("user-service", "/users/1")
        .query("q", "a&b=c#d")
        .query("tag", ["x", "y"].as_slice());
    assert_eq!(query.json::<User>().await.expect("a user").id, "1");
    caller.shutdown().await.expect("a clean stop");
    users.shutdown().await.expect("a clean stop");
}

tests::rows! {
    everywhere: arguments_arrive_as_they_are;
}
