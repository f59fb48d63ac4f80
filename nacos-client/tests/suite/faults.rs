//! What a real server cannot be made to do.

use std::time::Duration;

use nacos_client::testing::{Fault, TestServer};
use nacos_client::{Beat, ConfigChange, ConfigKey, ErrorKind, Instance, NacosClient};

use crate::site::{eventually, soon};

fn impatient(server: &TestServer) -> NacosClient {
    server
        .client()
        .attempt_timeout(Duration::from_millis(200))
        .call_timeout(Duration::from_millis(500))
        .poll_interval(Duration::from_millis(50))
        .build()
        .unwrap()
}

async fn kind_under(fault: Fault) -> (ErrorKind, usize) {
    let server = TestServer::start().await.unwrap();
    let nacos = impatient(&server);
    server.fault(fault);
    let error = nacos.config().get(&ConfigKey::new("a")).await.unwrap_err();
    assert!(error.to_string().contains(&server.address()), "{error}");
    let kind = error.kind();
    assert_eq!(
        nacos
            .naming()
            .beat_once(&Instance::new("s", "10.0.0.1", 1))
            .await
            .unwrap_err()
            .kind(),
        kind
    );
    server.heal();
    assert!(
        nacos
            .config()
            .get(&ConfigKey::new("a"))
            .await
            .unwrap_err()
            .is_not_found()
    );
    (
        kind,
        server
            .journal()
            .iter()
            .filter(|entry| entry.path.ends_with("/config"))
            .count(),
    )
}

#[tokio::test]
async fn each_fault_has_its_class_and_is_repeated_where_that_helps() {
    assert_eq!(kind_under(Fault::Garbage).await, (ErrorKind::Decode, 2));
    assert_eq!(kind_under(Fault::Empty).await, (ErrorKind::Decode, 2));
    assert_eq!(kind_under(Fault::Status(404)).await, (ErrorKind::Unsupported, 2));
    assert_eq!(kind_under(Fault::Status(302)).await, (ErrorKind::Unsupported, 2));
    assert_eq!(kind_under(Fault::Status(429)).await, (ErrorKind::RateLimited, 2));
    assert_eq!(kind_under(Fault::Status(500)).await, (ErrorKind::Unavailable, 3));
    assert_eq!(kind_under(Fault::Status(503)).await, (ErrorKind::Unavailable, 3));
    assert_eq!(kind_under(Fault::Refuse).await.0, ErrorKind::Unavailable);
    assert_eq!(kind_under(Fault::Hang).await.0, ErrorKind::Timeout);
    assert_eq!(
        kind_under(Fault::Delay(Duration::from_secs(5))).await.0,
        ErrorKind::Timeout
    );
}

#[tokio::test]
async fn an_empty_answer_to_a_write_is_no_success() {
    let server = TestServer::start().await.unwrap();
    let nacos = impatient(&server);
    server.fault(Fault::Empty);
    let error = nacos
        .naming()
        .register_once(&Instance::new("s", "10.0.0.1", 1))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.body()),
        (ErrorKind::Decode, Some(200), Some(""))
    );
    assert_eq!(
        nacos
            .admin()
            .publish(&ConfigKey::new("a"), "x")
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::Decode
    );
}

#[tokio::test]
async fn a_call_ends_within_its_time_although_no_server_answers() {
    let servers = [TestServer::start().await.unwrap(), TestServer::start().await.unwrap()];
    for server in &servers {
        server.fault(Fault::Hang);
    }
    let nacos = NacosClient::builder(format!("{},{}", servers[0].address(), servers[1].address()))
        .attempt_timeout(Duration::from_millis(200))
        .call_timeout(Duration::from_millis(700))
        .build()
        .unwrap();
    let start = tokio::time::Instant::now();
    let error = nacos.config().get(&ConfigKey::new("a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_other_server_takes_over_and_keeps_the_calls() {
    let servers = [TestServer::start().await.unwrap(), TestServer::start().await.unwrap()];
    let key = ConfigKey::new("a");
    for server in &servers {
        server.publish(&key, "x");
    }
    let nacos = NacosClient::builder(format!("{},{}", servers[0].address(), servers[1].address()))
        .build()
        .unwrap();
    nacos.config().get(&key).await.unwrap();
    let [first, second] = if servers[0].journal().is_empty() {
        [1, 0]
    } else {
        [0, 1]
    };
    for fault in [Fault::Status(502), Fault::Refuse] {
        servers[first].fault(fault);
        nacos.config().get(&key).await.unwrap();
        servers[first].heal();
        servers[first].clear_journal();
        servers[second].clear_journal();
        for _ in 0..5 {
            nacos.config().get(&key).await.unwrap();
        }
        assert_eq!(
            (servers[first].journal().len(), servers[second].journal().len()),
            (0, 5),
            "no return without need"
        );
        servers[second].kill().await;
        nacos.config().get(&key).await.unwrap();
        servers[second].restart().await.unwrap();
    }
}

#[tokio::test]
async fn a_caller_error_is_never_tried_elsewhere() {
    let servers = [TestServer::start().await.unwrap(), TestServer::start().await.unwrap()];
    for server in &servers {
        server.fault(Fault::Status(400));
    }
    let nacos = NacosClient::builder(format!("{},{}", servers[0].address(), servers[1].address()))
        .build()
        .unwrap();
    assert_eq!(
        nacos.config().get(&ConfigKey::new("a")).await.unwrap_err().kind(),
        ErrorKind::InvalidArgument
    );
    assert_eq!(servers[0].journal().len() + servers[1].journal().len(), 1);
}

#[tokio::test]
async fn a_single_not_found_is_no_removal() {
    let server = TestServer::start().await.unwrap();
    let nacos = impatient(&server);
    let key = ConfigKey::new("a");
    server.publish(&key, "1");
    let mut changes = nacos.config().watch(&key);
    changes.next().await.unwrap();
    for round in 0..5 {
        // Shorter than the pause before the second look.
        server.fault(Fault::NotFound);
        let seen = server.journal().len();
        eventually("a read that finds nothing", || async {
            (server.journal().len() > seen).then_some(())
        })
        .await;
        server.heal();
        server.publish(&key, &format!("still there {round}"));
        let change = soon("a change", changes.next()).await.unwrap();
        assert!(matches!(change, ConfigChange::Changed { .. }), "{change:?}");
    }
}

#[tokio::test]
async fn the_last_state_stays_while_the_server_is_broken() {
    let server = TestServer::start().await.unwrap();
    let nacos = impatient(&server);
    let key = ConfigKey::new("a");
    server.publish(&key, "1");
    let mut changes = nacos.config().watch(&key);
    changes.next().await.unwrap();
    for fault in [Fault::Garbage, Fault::Empty, Fault::Status(500), Fault::Refuse] {
        server.fault(fault);
        assert!(
            tokio::time::timeout(Duration::from_millis(150), changes.next())
                .await
                .is_err()
        );
        eventually("the error in the status", || async {
            nacos.status().watches[0].last_error.clone()
        })
        .await;
        server.heal();
        eventually("the end of the error", || async {
            nacos.status().watches[0].last_error.is_none().then_some(())
        })
        .await;
    }
    server.publish(&key, "2");
    assert!(matches!(
        soon("a change", changes.next()).await,
        Some(ConfigChange::Changed { .. })
    ));
}

#[tokio::test]
async fn a_refused_token_leads_to_one_new_login() {
    let server = TestServer::builder()
        .auth("nacos", "secret", Duration::from_secs(100))
        .start()
        .await
        .unwrap();
    let nacos = server.client().build().unwrap();
    let key = ConfigKey::new("a");
    assert!(nacos.config().get(&key).await.unwrap_err().is_not_found());
    // Tokens do not survive a restart with another secret.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    server.restart().await.unwrap();
    server.clear_journal();
    assert!(nacos.config().get(&key).await.unwrap_err().is_not_found());
    let paths: Vec<_> = server
        .journal()
        .into_iter()
        .map(|entry| (entry.path, entry.status))
        .collect();
    assert_eq!(
        paths,
        [
            ("/nacos/v3/client/cs/config".to_owned(), 403),
            ("/nacos/v3/auth/user/login".to_owned(), 200),
            ("/nacos/v3/client/cs/config".to_owned(), 200),
        ]
    );
}

#[tokio::test]
async fn the_older_login_path_is_used_where_the_new_one_is_missing() {
    let server = TestServer::builder()
        .auth("nacos", "secret", Duration::from_secs(100))
        .start()
        .await
        .unwrap();
    server.fault_on("/v3/auth/user/login", Fault::Status(404));
    let nacos = server.client().build().unwrap();
    assert!(
        nacos
            .config()
            .get(&ConfigKey::new("a"))
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn secrets_stay_out_of_urls_and_errors() {
    let server = TestServer::builder()
        .auth("nacos", "s3cret-pass", Duration::from_secs(100))
        .start()
        .await
        .unwrap();
    let nacos = server.client().build().unwrap();
    nacos
        .naming()
        .register_once(&Instance::new("s", "10.0.0.1", 1))
        .await
        .unwrap();
    server.fault(Fault::Garbage);
    let error = nacos.config().get(&ConfigKey::new("a")).await.unwrap_err();
    let text = format!("{error} {error:?} {nacos:?} {:?} {:?}", nacos.status(), nacos.config());
    assert!(!text.contains("s3cret-pass"), "{text}");
    for entry in server.journal() {
        assert!(!entry.path.contains("s3cret-pass"));
        assert_eq!(entry.parameter("accessToken"), None);
    }
}

#[tokio::test]
async fn a_dropped_client_stops_beating() {
    let server = TestServer::start().await.unwrap();
    let nacos = server
        .client()
        .heartbeat_interval(Duration::from_millis(20))
        .build()
        .unwrap();
    drop(
        nacos
            .naming()
            .register(Instance::new("s", "10.0.0.1", 1))
            .await
            .unwrap(),
    );
    eventually("a beat", || async { (server.journal().len() > 2).then_some(()) }).await;
    drop(nacos);
    tokio::time::sleep(Duration::from_millis(50)).await;
    server.clear_journal();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(server.journal(), []);
}

#[tokio::test]
async fn a_write_that_hangs_when_deregistered_is_followed_by_two_deletes() {
    let server = TestServer::start().await.unwrap();
    let nacos = server
        .client()
        .heartbeat_interval(Duration::from_millis(50))
        .attempt_timeout(Duration::from_secs(20))
        .call_timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    let instance = Instance::new("s", "10.0.0.1", 1);
    let registration = nacos.naming().register(instance.clone()).await.unwrap();
    server.fault(Fault::Delay(Duration::from_millis(1500)));
    let seen = server.journal().len();
    eventually("a beat under way", || async {
        (server.journal().len() > seen).then_some(())
    })
    .await;
    let journal_before = server.journal().len();
    let deregister = registration.deregister();
    tokio::pin!(deregister);
    assert!(
        tokio::time::timeout(Duration::from_millis(1100), deregister.as_mut())
            .await
            .is_err()
    );
    server.heal();
    deregister.await.unwrap();
    let deletes = server.journal()[journal_before..]
        .iter()
        .filter(|entry| entry.method == "DELETE")
        .count();
    assert_eq!(deletes, 2);
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(nacos.naming().beat_once(&instance).await.unwrap(), Beat::Unknown);
}

#[tokio::test]
async fn an_update_that_hangs_when_deregistered_is_dropped_and_leaves_nothing() {
    let server = TestServer::start().await.unwrap();
    let builder = server.client().attempt_timeout(Duration::from_secs(20));
    let nacos = builder.call_timeout(Duration::from_secs(30)).build().unwrap();
    let instance = Instance::new("s", "10.0.0.1", 1);
    let registration = nacos.naming().register(instance.clone()).await.unwrap();
    server.fault(Fault::Delay(Duration::from_millis(1300)));
    let update = registration.update(instance.clone().weight(5.0));
    let deregister = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        server.heal();
        registration.deregister().await
    };
    let (updated, deregistered) = tokio::join!(update, deregister);
    deregistered.unwrap();
    assert_eq!(updated.unwrap_err().kind(), ErrorKind::Closed);
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(server.instances(&instance.service_key()), []);
}

#[tokio::test]
async fn a_deregistration_that_failed_is_tried_again_by_close() {
    let server = TestServer::start().await.unwrap();
    let nacos = impatient(&server);
    let instance = Instance::new("s", "10.0.0.1", 1);
    let registration = nacos.naming().register(instance.clone()).await.unwrap();
    server.fault(Fault::Status(503));
    assert_eq!(
        registration.deregister().await.unwrap_err().kind(),
        ErrorKind::Unavailable
    );
    assert_eq!(server.instances(&instance.service_key()).len(), 1);
    server.heal();
    nacos.close().await.unwrap();
    assert_eq!(server.instances(&instance.service_key()), []);
}

#[tokio::test]
async fn a_caller_that_gives_up_in_the_middle_of_a_login_leaves_it_to_the_next() {
    let server = TestServer::builder()
        .auth("nacos", "secret", Duration::from_secs(100))
        .start()
        .await
        .unwrap();
    let nacos = server.client().build().unwrap();
    let key = ConfigKey::new("a");
    server.fault_on("/login", Fault::Delay(Duration::from_millis(200)));
    for _ in 0..3 {
        assert!(
            tokio::time::timeout(Duration::from_millis(20), nacos.config().get(&key))
                .await
                .is_err()
        );
    }
    // One waits for the login of the other, which gives up.
    let config = nacos.config();
    let (given_up, waited) = tokio::join!(
        tokio::time::timeout(Duration::from_millis(50), config.get(&key)),
        config.get(&key),
    );
    assert!(given_up.is_err());
    assert!(waited.unwrap_err().is_not_found());
}

#[tokio::test]
async fn calls_that_are_given_up_leave_nothing_behind() {
    let server = TestServer::start().await.unwrap();
    let nacos = server
        .client()
        .max_concurrent_polls(2)
        .poll_interval(Duration::from_millis(20))
        .build()
        .unwrap();
    server.fault(Fault::Delay(Duration::from_millis(30)));
    for _ in 0..20 {
        let key = ConfigKey::new(format!("key-{}", fastrand::u32(..)));
        let mut changes = nacos.config().watch(&key);
        let _ = tokio::time::timeout(Duration::from_millis(fastrand::u64(0..40)), changes.next()).await;
        let _ = tokio::time::timeout(Duration::from_millis(10), nacos.config().get(&key)).await;
    }
    eventually("the end of every poll", || async {
        (nacos.status().tasks == 0).then_some(())
    })
    .await;
    server.heal();
    let mut changes = nacos.config().watch(&ConfigKey::new("a"));
    assert_eq!(soon("a poll", changes.next()).await, Some(ConfigChange::Current(None)));
}
