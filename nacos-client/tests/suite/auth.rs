//! Login and token.

use std::time::Duration;

use nacos_client::{ConfigKey, ErrorKind, Instance, NacosClient};

use crate::site::Site;

auth_cases![
    without_credentials_every_call_is_unauthorized,
    a_wrong_password_is_told_without_a_storm_of_logins,
    a_token_is_renewed_before_it_ends,
    concurrent_callers_share_one_login,
];

mod open {
    use super::credentials_do_no_harm_to_an_open_server;

    legs! {
        [credentials_do_no_harm_to_an_open_server];
        test_server = Site::test_server();
        real_open = Site::real_open();
    }
}

async fn without_credentials_every_call_is_unauthorized(site: Site) {
    let nacos = NacosClient::builder(site.address()).build().unwrap();
    let key = ConfigKey::new("a");
    let error = nacos.config().get(&key).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Unauthorized, Some(403)),
        "{error}"
    );
    let error = nacos
        .naming()
        .register_once(&Instance::new("s", "10.0.0.1", 1))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    let error = nacos.admin().publish(&key, "x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    nacos.ready().await.unwrap();
}

async fn a_wrong_password_is_told_without_a_storm_of_logins(site: Site) {
    let (user, password) = site.wrong_credentials();
    let nacos = NacosClient::builder(site.address())
        .credentials(&user, &password)
        .build()
        .unwrap();
    for _ in 0..20 {
        let error = nacos.config().get(&ConfigKey::new("a")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
        let text = format!("{error} {error:?} {nacos:?} {:?}", nacos.status());
        assert!(text.contains(&user) && !text.contains(&password), "{text}");
    }
    assert!(
        nacos.status().servers[0].available,
        "a refused login is no failure of the server"
    );
    if let Some(server) = &site.server {
        let logins = server
            .journal()
            .iter()
            .filter(|entry| entry.path.ends_with("/login"))
            .count();
        assert_eq!(logins, 1);
    }
}

async fn a_token_is_renewed_before_it_ends(site: Site) {
    let nacos = site.client();
    let key = ConfigKey::new("absent");
    // The real server's tokens live 10 s, those of the double 3 s.
    let (life, step) = if site.is_real() { (23, 400) } else { (7, 100) };
    let deadline = tokio::time::Instant::now() + Duration::from_secs(life);
    while tokio::time::Instant::now() < deadline {
        let error = nacos.config().get(&key).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        tokio::time::sleep(Duration::from_millis(step)).await;
    }
    if let Some(server) = &site.server {
        let journal = server.journal();
        assert!(
            journal.iter().all(|entry| entry.status != 403),
            "renewed ahead of its end"
        );
        let logins = journal.iter().filter(|entry| entry.path.ends_with("/login")).count();
        assert!((2..=4).contains(&logins), "{logins}");
    }
}

async fn concurrent_callers_share_one_login(site: Site) {
    let nacos = site.client();
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let nacos = nacos.clone();
        callers.spawn(async move { nacos.config().get(&ConfigKey::new("absent")).await.unwrap_err().kind() });
    }
    while let Some(kind) = callers.join_next().await {
        assert_eq!(kind.unwrap(), ErrorKind::NotFound);
    }
    if let Some(server) = &site.server {
        let journal = server.journal();
        assert_eq!(journal.iter().filter(|entry| entry.path.ends_with("/login")).count(), 1);
        assert!(
            journal
                .iter()
                .filter(|entry| entry.path.ends_with("/config"))
                .all(nacos_client::testing::Recorded::has_token)
        );
    }
}

async fn credentials_do_no_harm_to_an_open_server(site: Site) {
    let nacos = site.builder().credentials("somebody", "something").build().unwrap();
    for _ in 0..3 {
        let error = nacos.config().get(&ConfigKey::new("absent")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
}
