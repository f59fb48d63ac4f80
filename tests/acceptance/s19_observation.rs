//! What operators see: one trace through both services, counters, health, and nothing of it on the public port.

use bun_server::prelude::*;
use tests::application::{Directory, management};
use tests::http::{Answer, Http};
use tests::row::ARRIVED;
use tests::shop::{start_orders, start_users};
use tests::{Row, eventually, holds};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// Both services of the shop on a row, and one request through them that went well.
async fn shop(row: &Row, headers: &[(&str, &str)]) -> (ApplicationHandle, ApplicationHandle, Answer) {
    let directory = Directory::new();
    let users = start_users(row, &directory, "one").await;
    row.registered("user-service", 1).await;
    let orders = start_orders(row, &directory).await;
    let http = Http::new();
    let answer = eventually(ARRIVED, || async {
        let mut request = http::Request::get(format!("http://{}/orders/7", orders.address()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = http
            .try_send(request.body(Default::default()).expect("a request"))
            .await?;
        holds(answer.status == 200, &answer).map(|()| answer)
    })
    .await;
    (users, orders, answer)
}

async fn trace_and_request_id_go_through_both_services(row: Row) {
    let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
    let headers = [
        ("traceparent", parent.as_str()),
        ("tracestate", "vendor=1"),
        ("x-request-id", "from-outside-1"),
        ("authorization", "Bearer secret"),
        ("cookie", "a=b"),
    ];
    let (users, orders, answer) = shop(&row, &headers).await;
    assert_eq!(answer.header("x-request-id"), Some("from-outside-1"));
    let order = answer.json();
    let seen = &order["user"]["headers"];
    let traceparent = seen["traceparent"].as_str().expect("a traceparent");
    assert!(
        traceparent.starts_with(&format!("00-{TRACE}-")) && traceparent.ends_with("-01"),
        "{traceparent}"
    );
    assert!(
        !traceparent.contains("b7ad6b7169203331"),
        "a span of its own: {traceparent}"
    );
    assert_eq!(seen["x-request-id"], "from-outside-1");
    assert_eq!(seen["tracestate"], "vendor=1");
    assert_eq!(
        (seen.get("authorization"), seen.get("cookie")),
        (None, None),
        "secrets stay where they are"
    );
    orders.shutdown().await.expect("a clean stop");
    users.shutdown().await.expect("a clean stop");
}

async fn without_a_caller_a_trace_begins_here(row: Row) {
    let (users, orders, answer) = shop(&row, &[("x-request-id", "not/valid")]).await;
    let id = answer.header("x-request-id").expect("an id").to_owned();
    assert!(id != "not/valid" && !id.is_empty());
    let order = answer.json();
    assert_eq!(order["user"]["headers"]["x-request-id"], id.as_str());
    assert_eq!(order["user"]["headers"]["traceparent"].as_str().map(str::len), Some(55));
    orders.shutdown().await.expect("a clean stop");
    users.shutdown().await.expect("a clean stop");
}

async fn calls_are_counted_by_service_and_outcome(row: Row) {
    let (users, orders, _) = shop(&row, &[]).await;
    let http = Http::new();
    for _ in 0..2 {
        http.get(orders.address(), "/orders/7").await;
    }
    let counted = async |outcome: &str| {
        let metrics = http.get(management(&orders), "/metrics").await;
        assert!(
            metrics
                .header("content-type")
                .is_some_and(|kind| kind.starts_with("application/openmetrics-text"))
        );
        let line = format!("bun_client_requests_total{{service=\"user-service\",outcome=\"{outcome}\"}} ");
        let count = metrics.body.lines().find_map(|metric| metric.strip_prefix(&line));
        count.and_then(|count| count.parse::<u64>().ok())
    };
    assert_eq!(counted("ok").await, Some(3));
    users.shutdown().await.expect("a clean stop");
    eventually(std::time::Duration::from_secs(30), || async {
        http.get(orders.address(), "/orders/7").await;
        let (connect, nobody) = (counted("connect").await, counted("no_instance").await);
        holds(connect.or(nobody).is_some(), (connect, nobody))
    })
    .await;
    assert_eq!(counted("ok").await, Some(3));
    orders.shutdown().await.expect("a clean stop");
}

async fn details_are_on_the_management_port_only(row: Row) {
    let (users, orders, _) = shop(&row, &[]).await;
    let http = Http::new();
    for path in ["/health", "/metrics", "/info"] {
        assert_eq!(http.get(orders.address(), path).await.status, 404, "{path}");
        assert_eq!(http.get(management(&orders), path).await.status, 200, "{path}");
    }
    for at in [orders.address(), management(&orders)] {
        let live = http.get(at, "/health/live").await;
        assert_eq!((live.status, live.body.as_str()), (200, r#"{"status":"UP"}"#));
        assert_eq!(http.get(at, "/health/ready").await.status, 200);
    }
    assert!(management(&orders).ip().is_loopback());
    assert_eq!(
        http.get(management(&orders), "/info").await.json()["app"]["name"],
        "order-service"
    );
    eventually(ARRIVED, || async {
        let health = http.get(management(&orders), "/health").await.json();
        let registry = &health["parts"]["registry"];
        let own = format!("order-service {}", orders.address());
        holds(
            health["status"] == "UP" && registry["details"][&own] == "registered",
            health,
        )
    })
    .await;
    orders.shutdown().await.expect("a clean stop");
    users.shutdown().await.expect("a clean stop");
}

tests::rows! {
    everywhere:
        trace_and_request_id_go_through_both_services,
        without_a_caller_a_trace_begins_here,
        calls_are_counted_by_service_and_outcome,
        details_are_on_the_management_port_only;
}
