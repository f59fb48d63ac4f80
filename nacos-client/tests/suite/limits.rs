//! How much goes on at once, and other switches of `TestServer`.

use std::time::Duration;

use nacos_client::testing::{Fault, TestServer};
use nacos_client::{ConfigKey, ErrorKind, Instance, NacosClient, ServiceKey};

use crate::site::eventually;

const INSTANCES: u16 = 40;
const AT_ONCE: usize = 4;

async fn crowd() -> (TestServer, NacosClient) {
    let server = TestServer::start().await.unwrap();
    let nacos = server
        .client()
        .heartbeat_interval(Duration::from_millis(50))
        .max_concurrent_heartbeats(AT_ONCE)
        .attempt_timeout(Duration::from_secs(30))
        .call_timeout(Duration::from_secs(30))
        .close_timeout(Duration::from_millis(500))
        .build()
        .unwrap();
    (server, nacos)
}

async fn register_all(nacos: &NacosClient) {
    for port in 1..=INSTANCES {
        nacos
            .naming()
            .register(Instance::new("s", "10.0.0.1", port))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn heartbeats_that_stall_do_not_each_take_a_connection() {
    let (server, nacos) = crowd().await;
    register_all(&nacos).await;
    server.fault(Fault::Hang);
    let unanswered = |method: &'static str| {
        let journal = server.journal();
        let waiting = journal
            .iter()
            .filter(|entry| entry.method == method && entry.status == 0);
        waiting.count()
    };
    eventually("as many as may be", || async {
        (unanswered("POST") == AT_ONCE).then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(unanswered("POST"), AT_ONCE, "four heartbeat intervals later, too");

    let late = nacos.close().await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Timeout);
    assert!(unanswered("DELETE") <= AT_ONCE, "{}", unanswered("DELETE"));
}

#[tokio::test]
async fn a_crowd_is_deregistered_within_the_time_of_close() {
    let (server, nacos) = crowd().await;
    register_all(&nacos).await;
    assert_eq!(server.instances(&ServiceKey::new("s")).len(), usize::from(INSTANCES));
    nacos.close().await.unwrap();
    assert!(server.instances(&ServiceKey::new("s")).is_empty());
    assert_eq!(nacos.status().tasks, 0);
}

#[tokio::test]
async fn a_server_that_is_read_only_serves_reads_alone() {
    let server = TestServer::start().await.unwrap();
    let nacos = server.client().build().unwrap();
    let key = ConfigKey::new("a");
    server.publish(&key, "before");
    server.fault(Fault::ReadOnly);
    assert_eq!(nacos.config().get(&key).await.unwrap().content, "before");
    let instance = Instance::new("s", "10.0.0.1", 1);
    for refused in [
        nacos.admin().publish(&key, "after").await.unwrap_err(),
        nacos.admin().delete(&key).await.unwrap_err(),
        nacos.naming().register_once(&instance).await.unwrap_err(),
    ] {
        assert_eq!((refused.kind(), refused.is_retryable()), (ErrorKind::Unavailable, true));
        assert!(refused.to_string().contains("READ_ONLY"), "{refused}");
    }
    server.heal();
    assert_eq!(server.content(&key).as_deref(), Some("before"));
    nacos.naming().register_once(&instance).await.unwrap();
}

#[tokio::test]
async fn a_server_on_ipv6_is_reached_by_its_address() {
    let server = TestServer::builder().ipv6().start().await.unwrap();
    assert!(server.address().starts_with("[::1]:"), "{}", server.address());
    let key = ConfigKey::new("a");
    server.publish(&key, "over IPv6");
    // The first of them is dead.
    let nacos = NacosClient::builder(format!("[::1]:1,http://{}", server.address()))
        .build()
        .unwrap();
    assert_eq!(nacos.config().get(&key).await.unwrap().content, "over IPv6");
    let instance = Instance::new("s", "::1", 8080);
    let registration = nacos.naming().register(instance).await.unwrap();
    let listed = nacos.naming().list_once(&ServiceKey::new("s")).await.unwrap();
    assert_eq!(listed[0].address(), "[::1]:8080");
    registration.deregister().await.unwrap();
    nacos.close().await.unwrap();
    let servers: Vec<_> = nacos
        .status()
        .servers
        .into_iter()
        .map(|server| server.address)
        .collect();
    assert_eq!(servers, ["[::1]:1".to_owned(), server.address()]);
}

#[tokio::test]
async fn calls_are_made_side_by_side_without_a_binding() {
    let server = TestServer::start().await.unwrap();
    let nacos = server.client().build().unwrap();
    let (first, second) = (ConfigKey::new("a"), ConfigKey::new("b"));
    server.publish(&first, "1");
    server.publish(&second, "2");
    let service = ServiceKey::new("s");
    let (first, second, listed) = tokio::join!(
        nacos.config().get(&first),
        nacos.config().get_stored(&second),
        nacos.naming().list_once(&service),
    );
    assert_eq!((&*first.unwrap().content, &*second.unwrap().content), ("1", "2"));
    assert!(listed.unwrap().is_empty());
}
