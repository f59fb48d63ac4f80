use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use http::{Response, StatusCode};

use super::*;
use crate::config::ConfigService;
use crate::microservice::governance::Policy;
use crate::microservice::load_balancer::RoundRobin;
use crate::microservice::service_client::TransportFuture;
use crate::microservice::service_registry::{RegistryHub, RegistryHubOptions, ServiceInstance};
use crate::providers::memory::MemoryServiceRegistry;

/// Answers by port: 1 well, 2 with an error, 3 never, 4 not at all, 5 with rubbish.
#[derive(Debug, Default)]
struct Ports {
    seen: Mutex<Vec<http::request::Parts>>,
    waiting: AtomicUsize,
}

struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Transport for Ports {
    fn send(&self, request: Request<Full<Bytes>>) -> TransportFuture<'_> {
        let (parts, _) = request.into_parts();
        let port = parts.uri.port_u16();
        self.seen.lock().unwrap().push(parts);
        Box::pin(async move {
            let answer = |status: StatusCode, body: &'static str| {
                let mut response = Response::new(Body::from(body));
                *response.status_mut() = status;
                Ok(response)
            };
            match port {
                Some(1) => answer(StatusCode::OK, "{\"name\":\"ann\"}"),
                Some(2) => answer(StatusCode::BAD_GATEWAY, "upstream is gone"),
                Some(3) => {
                    self.waiting.fetch_add(1, Ordering::SeqCst);
                    let _waiting = Waiting(&self.waiting);
                    std::future::pending().await
                }
                Some(4) => Err(TransportError::Connect("connection refused".into())),
                _ => answer(StatusCode::OK, "<html>"),
            }
        })
    }
}

struct Setup {
    transport: Arc<Ports>,
    client: ServiceClient,
    registry: RegistryHub,
    metrics: Metrics,
}

fn setup(config: &str) -> Setup {
    let config = ConfigService::from_yaml(config).unwrap();
    let registry = RegistryHub::new(
        Arc::new(MemoryServiceRegistry::new()),
        "memory://",
        &RegistryHubOptions::default(),
    );
    let (transport, metrics) = (Arc::new(Ports::default()), Metrics::new());
    let client = ServiceClient::new(ServiceClientOptions {
        registry: Arc::new(registry.clone()),
        balancer: Arc::new(RoundRobin::new()),
        transport: Arc::clone(&transport) as Arc<dyn Transport>,
        governance: Governance::new(&config).unwrap(),
        settings: config.value_or_default("clients").unwrap(),
        metrics: metrics.clone(),
    });
    Setup {
        transport,
        client,
        registry,
        metrics,
    }
}

impl ServiceClient {
    pub(in crate::microservice::service_client) fn detached() -> Self {
        setup("").client
    }
}

impl Setup {
    async fn instance(&self, port: u16) {
        let name = ServiceName::new("user-service").unwrap();
        self.registry
            .register(&ServiceInstance::new(name, "10.0.0.1", port))
            .await
            .unwrap();
    }

    async fn get(&self) -> Result<serde_json::Value, ClientError> {
        self.client
            .get("user-service", "/users/{id}")
            .path("id", 7_u8)
            .json()
            .await
    }
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_failure_is_told_apart() {
    let setup = setup("");
    assert!(matches!(setup.get().await, Err(ClientError::NoInstance { .. })));
    let mut outcomes = Vec::new();
    for port in 1..=5 {
        let setup = self::setup("");
        setup.instance(port).await;
        outcomes.push(setup.get().await.map_err(|error| error.to_string()));
    }
    let at = |port: u16| format!("GET user-service /users/{{id}} at 10.0.0.1:{port}");
    assert_eq!(outcomes[0], Ok(serde_json::json!({ "name": "ann" })));
    assert_eq!(outcomes[1], Err(format!("{}: answered 502 Bad Gateway", at(2))));
    assert_eq!(outcomes[2], Err(format!("{}: no answer within 3s", at(3))));
    assert_eq!(outcomes[3], Err(format!("{}: no connection", at(4))));
    assert_eq!(outcomes[4], Err(format!("{}: the answer cannot be read", at(5))));
}

#[tokio::test(start_paused = true)]
async fn instances_take_turns_and_calls_are_counted() {
    let setup = setup("");
    setup.instance(1).await;
    setup.instance(2).await;
    for _ in 0..10 {
        let _ = setup.get().await;
    }
    let text = setup.metrics.render();
    assert!(
        text.contains("bun_client_requests_total{service=\"user-service\",outcome=\"ok\"} 5"),
        "{text}"
    );
    assert!(text.contains("outcome=\"5xx\"} 5"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn the_trace_goes_on_and_the_time_that_is_left_is_told() {
    let setup = setup("");
    setup.instance(1).await;
    let trace = TraceContext::root();
    let deadline = Some(Instant::now() + Duration::from_millis(700));
    let context = RequestContext {
        trace: trace.clone(),
        request_id: "req-1".into(),
        deadline,
    };
    context.scope(setup.get()).await.unwrap();
    let headers = &setup.transport.seen.lock().unwrap()[0].headers;
    let span = headers["traceparent"].to_str().unwrap();
    assert!(
        span.contains(&trace.trace_id()) && !span.contains(&trace.span_id()),
        "{span}"
    );
    assert_eq!(headers["x-request-id"], "req-1");
    assert_eq!(headers["x-request-timeout-ms"], "700");
}

#[tokio::test(start_paused = true)]
async fn the_callers_deadline_cuts_the_call_short() {
    let setup = setup("");
    setup.instance(3).await;
    let deadline = Some(Instant::now() + Duration::from_millis(200));
    let context = RequestContext {
        trace: TraceContext::root(),
        request_id: "r".into(),
        deadline,
    };
    let error = context.scope(setup.get()).await.unwrap_err();
    assert!(error.to_string().contains("within 200ms"), "{error}");
    assert_eq!(setup.transport.waiting.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_gives_back_what_it_took() {
    let setup = setup("");
    setup.instance(3).await;
    assert!(
        tokio::time::timeout(Duration::from_millis(10), setup.get())
            .await
            .is_err()
    );
    assert_eq!(setup.transport.waiting.load(Ordering::SeqCst), 0);
}

static SITE: MethodSite = MethodSite {
    service: "user-service",
    method: "GET",
    path: "/users",
    policy: Policy {
        timeout: Some(Duration::from_millis(800)),
        circuit_breaker: Some(BreakerPolicy {
            minimum_calls: Some(2),
            ..BreakerPolicy::DEFAULT
        }),
        ..Policy::named("user-service/find")
    },
};

#[tokio::test(start_paused = true)]
async fn an_instances_breaker_opens_for_it_alone() {
    let setup = setup("");
    setup.instance(1).await;
    setup.instance(2).await;
    let mut outcomes = Vec::new();
    for _ in 0..10 {
        outcomes.push(setup.client.call(&SITE).json::<serde_json::Value>().await);
    }
    let rejected = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(ClientError::Rejected(_))))
        .count();
    let well = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!((well, rejected), (5, 3));
    setup.instance(2).await;
    assert_eq!(setup.transport.seen.lock().unwrap().len(), 7);
}

#[tokio::test(start_paused = true)]
async fn the_more_specific_timeout_wins() {
    let cases = [
        ("", "800ms"),
        ("clients: { user-service: { timeout: 100ms } }", "800ms"),
        ("governance: { user-service/find: { timeout: 50ms } }", "50ms"),
    ];
    for (config, limit) in cases {
        let setup = setup(config);
        setup.instance(3).await;
        let error = setup.client.call(&SITE).json::<()>().await.unwrap_err().to_string();
        assert!(error.contains(&format!("within {limit}")), "{config}: {error}");
    }
    let setup = setup("clients: { user-service: { timeout: 100ms } }");
    setup.instance(3).await;
    assert!(setup.get().await.unwrap_err().to_string().contains("within 100ms"));
}
