//! Authentication: on a TestServer whose tokens live a second, on a real server whose tokens live ten.

use std::time::Duration;

use bun_server::error::ErrorClass;
use bun_server::microservice::config_center::HubOptions;
use bun_server::prelude::*;
use nacos_client::testing::TestServer;
use tests::documents::config_center;
use tests::instances::{instance, name};
use tests::logs::Logs;
use tests::row::ARRIVED;
use tests::{Kind, Row, eventually, holds, unique};
use tokio::time::Instant;

const PASSWORD: &str = "a-password-of-TestServer-1";

async fn server_with_short_tokens() -> Option<Row> {
    let server = TestServer::builder().auth("nacos", PASSWORD, Duration::from_secs(1));
    let mut row = Row::on(server.start().await.expect("a free port"));
    row.nacos.as_mut()?.credentials = Some(("nacos".to_owned(), PASSWORD.to_owned()));
    Some(row)
}

fn token_life(row: &Row) -> Duration {
    Duration::from_secs(if row.kind == Kind::TestServer { 1 } else { 10 })
}

async fn nothing_is_noticed_of_a_token_that_ends(row: Row) {
    let logs = Logs::capture();
    let (service, data_id) = (unique("outlives"), unique("outlives"));
    let (center, registry) = (row.config_center(), row.service_registry());
    registry.register(&instance(&service, 1)).await.expect("a registration");
    row.publish(&data_id, "0").await;
    let key: ConfigKey = data_id.as_str().into();
    let mut stream = center.config_stream(&key);
    let begun = Instant::now();
    let mut round = 0;
    while begun.elapsed() < token_life(&row) * 5 / 2 {
        round += 1;
        let content = round.to_string();
        row.publish(&data_id, &content).await;
        eventually(ARRIVED, || async {
            let found = center.get_config(&key).await.expect("a document");
            holds(*found.content == *content, &found)
        })
        .await;
        let list = registry
            .get_instances(&name(&service), &GetInstancesOptions::new())
            .await
            .expect("a list");
        assert!(list.len() == 1 && list[0].healthy, "{list:?}");
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    let last = tests::within(ARRIVED, "the stream", stream.next()).await;
    assert!(last.is_some(), "the stream lives");
    registry.close().await;
    center.close().await;
    assert_eq!(logs.warnings(""), [""; 0]);
}

async fn a_wrong_password_is_unauthorized_and_names_the_user_only(row: Row) {
    const WRONG: &str = "hunter2-hunter2";
    let logs = Logs::capture();
    let center = row.nacos_center().credentials("mallory", WRONG);
    let registry = row.nacos_registry().credentials("mallory", WRONG);
    let center = config_center(&center, HubOptions::default());
    let registry = tests::instances::service_registry(&registry, &Default::default());
    let read = center.get_config(&"any".into()).await.expect_err("refused");
    let written = registry
        .register(&instance(&unique("refused"), 1))
        .await
        .expect_err("refused");
    let listed = registry
        .get_instances(&name("any"), &GetInstancesOptions::new())
        .await
        .expect_err("refused");
    assert_eq!(read.class(), ErrorClass::Unauthorized, "{read}");
    assert_eq!(written.class(), ErrorClass::Unauthorized, "{written}");
    assert_eq!(listed.class(), ErrorClass::Unauthorized, "{listed}");
    for told in [
        format!("{read} {read:?}"),
        format!("{written} {written:?}"),
        logs.text(),
    ] {
        assert!(!told.contains(WRONG), "{told}");
    }
    for told in [read.to_string(), written.to_string(), listed.to_string()] {
        assert!(told.contains("mallory"), "{told}");
    }
    registry.close().await;
    center.close().await;
}

async fn without_credentials_the_refusal_says_what_to_set(row: Row) {
    let center = NacosConfigCenter::builder(&row.nacos().address).namespace(&row.namespace);
    let center = config_center(&center, HubOptions::default());
    let error = center.get_config(&"any".into()).await.expect_err("refused");
    let refused = matches!(error.class(), ErrorClass::Unauthorized | ErrorClass::Forbidden);
    assert!(refused, "{:?}: {error}", error.class());
    center.close().await;
}

mod test_server {
    tests::case!(
        nothing_is_noticed_of_a_token_that_ends,
        super::server_with_short_tokens().await
    );
    tests::case!(
        a_wrong_password_is_unauthorized_and_names_the_user_only,
        super::server_with_short_tokens().await
    );
    tests::case!(
        without_credentials_the_refusal_says_what_to_set,
        super::server_with_short_tokens().await
    );
}

mod real_auth {
    tests::case!(nothing_is_noticed_of_a_token_that_ends, tests::Row::real_auth().await);
    tests::case!(
        a_wrong_password_is_unauthorized_and_names_the_user_only,
        tests::Row::real_auth().await
    );
    tests::case!(
        without_credentials_the_refusal_says_what_to_set,
        tests::Row::real_auth().await
    );
}
