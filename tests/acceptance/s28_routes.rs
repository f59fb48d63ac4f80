//! Routes of every method, layers around them, what is measured of them, and routes without a socket of their own.

use std::convert::Infallible;
use std::task::{Context, Poll};

use bun_server::app::Phase;
use bun_server::axum::extract::Request;
use bun_server::axum::response::{IntoResponse, Response};
use bun_server::axum::routing::{Route, get};
use bun_server::axum::{Router, middleware};
use bun_server::prelude::*;
use http::Method;
use tests::application::{Directory, application, management};
use tests::http::{Answer, Http};

/// A tower layer that says who it is, outermost first, or answers itself.
#[derive(Clone)]
struct Says(&'static str);

#[derive(Clone)]
struct Saying {
    name: &'static str,
    inner: Route,
}

impl tower_layer::Layer<Route> for Says {
    type Service = Saying;

    fn layer(&self, inner: Route) -> Saying {
        Saying { name: self.0, inner }
    }
}

impl tower_service::Service<Request> for Saying {
    type Response = Response;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        tower_service::Service::<Request>::poll_ready(&mut self.inner, context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (name, refused) = (self.name, request.headers().contains_key("x-refuse"));
        let answer = self.inner.call(request);
        Box::pin(async move {
            if refused && name == "controller" {
                return Ok(StatusCode::FORBIDDEN.into_response());
            }
            let mut response = answer.await?;
            let before = response.headers().get("x-layers").cloned();
            let inner = before
                .as_ref()
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default();
            let all = format!("{name} {inner}");
            response
                .headers_mut()
                .insert("x-layers", all.trim().parse().expect("a header"));
            Ok(response)
        })
    }
}

#[injectable]
struct Orders {}

#[controller("/tenants/{tenant}/orders", layer = Says("controller"))]
impl Orders {
    #[get("")]
    async fn list(&self, Path(tenant): Path<String>) -> String {
        tenant
    }

    #[get("/{id}", layer = [Says("outer"), Says("inner")])]
    async fn one(&self, Path((_, id)): Path<(String, u32)>) -> String {
        id.to_string()
    }

    #[post("/{id}")]
    async fn change(&self) -> StatusCode {
        StatusCode::NO_CONTENT
    }
}

#[injectable]
struct Everything {}

#[controller("/everything")]
impl Everything {
    #[any("")]
    async fn echo(&self, method: Method) -> String {
        method.to_string()
    }

    #[options("/some")]
    async fn some(&self) -> [(&'static str, &'static str); 1] {
        [("allow", "OPTIONS")]
    }

    #[head("/some")]
    async fn length(&self) -> [(&'static str, &'static str); 1] {
        [("x-length", "7")]
    }
}

fn shop() -> Application {
    application("shop", &Directory::new())
        .controller::<Orders>()
        .controller::<Everything>()
        .merge(Router::new().route("/legacy/{page}", get(|| async { "legacy" })))
        .layer(Says("application"))
        .layer(middleware::from_fn(|request, next: middleware::Next| async move {
            next.run(request).await
        }))
}

async fn ask(http: &Http, handle: &ApplicationHandle, method: &str, path: &str) -> Answer {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("http://{}{path}", handle.address()))
        .body(bytes::Bytes::new().into())
        .expect("a request");
    http.try_send(request).await.expect("an answer")
}

#[tokio::test]
async fn every_method_has_its_attribute_and_others_are_told_which_there_are() {
    let (handle, http) = (shop().start().await.expect("a start"), Http::new());
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let answer = ask(&http, &handle, method, "/everything").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, method));
    }
    let some = ask(&http, &handle, "OPTIONS", "/everything/some").await;
    assert_eq!((some.status, some.header("allow")), (200, Some("OPTIONS")));
    let length = ask(&http, &handle, "HEAD", "/everything/some").await;
    assert_eq!((length.status, length.header("x-length")), (200, Some("7")));
    let head = ask(&http, &handle, "HEAD", "/tenants/a/orders").await;
    assert_eq!(
        (head.status, head.body.as_str()),
        (200, ""),
        "GET answers HEAD without a body"
    );
    let other = ask(&http, &handle, "DELETE", "/tenants/a/orders/7").await;
    assert_eq!((other.status, other.json()["status"].as_u64()), (405, Some(405)));
    assert_eq!(other.header("content-type"), Some("application/problem+json"));
    let allowed: Vec<&str> = other.header("allow").expect("what is allowed").split(',').collect();
    for method in ["GET", "HEAD", "POST"] {
        assert!(allowed.contains(&method), "{method}: {allowed:?}");
    }
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn layers_stand_around_what_they_are_written_at() {
    let (handle, http) = (shop().start().await.expect("a start"), Http::new());
    let layers = async |method: &str, path: &str| {
        let answer = ask(&http, &handle, method, path).await;
        answer.header("x-layers").unwrap_or_default().to_owned()
    };
    assert_eq!(
        layers("GET", "/tenants/a/orders/7").await,
        "application controller outer inner"
    );
    assert_eq!(layers("POST", "/tenants/a/orders/7").await, "application controller");
    assert_eq!(layers("GET", "/tenants/a/orders").await, "application controller");
    assert_eq!(layers("GET", "/everything").await, "application");
    assert_eq!(layers("GET", "/legacy/1").await, "application");
    assert_eq!(
        layers("GET", "/nowhere").await,
        "application",
        "also where nothing answers"
    );
    handle.shutdown().await.expect("a clean stop");
}

#[test]
fn the_check_tells_routes_and_the_order_of_layers() {
    let report = shop().check().expect("nothing is wrong");
    let layers = report.layers();
    assert_eq!(
        layers[..6],
        [
            "request id",
            "trace context",
            "metrics",
            "span",
            "deadline",
            "panic guard"
        ]
    );
    assert!(layers[6].contains("FromFn") && layers[7].contains("Says"), "{layers:?}");
    let shown = report.to_string();
    for part in [
        "shop: 2 components, 6 routes",
        "request id → trace context",
        "/tenants/{tenant}/orders/{id}",
        "Orders::one",
        file!(),
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(report.routes()[3].method, "ANY");
}

#[tokio::test]
async fn durations_are_told_by_method_route_and_status() {
    let (handle, http) = (shop().start().await.expect("a start"), Http::new());
    for path in [
        "/tenants/a/orders/7",
        "/tenants/b/orders/8",
        "/legacy/1",
        "/legacy/2",
        "/nowhere/1",
        "/nowhere/2",
    ] {
        ask(&http, &handle, "GET", path).await;
    }
    ask(&http, &handle, "POST", "/tenants/a/orders/7").await;
    ask(&http, &handle, "BREW", "/everything").await;
    let refused = http::Request::get(format!("http://{}/tenants/a/orders", handle.address()))
        .header("x-refuse", "1")
        .body(bytes::Bytes::new().into())
        .expect("a request");
    assert_eq!(http.try_send(refused).await.expect("an answer").status, 403);
    let metrics = http.get(management(&handle), "/metrics").await.body;
    let counted = |method: &str, route: &str, status: u16| {
        let series = format!(
            "http_server_request_duration_seconds_count{{http_request_method=\"{method}\",http_route=\"{route}\",http_response_status_code=\"{status}\"}} "
        );
        let line = metrics.lines().find_map(|line| line.strip_prefix(&series));
        line.map_or(0, |count| count.parse::<u32>().expect("a number"))
    };
    assert_eq!(counted("GET", "/tenants/{tenant}/orders/{id}", 200), 2, "{metrics}");
    assert_eq!(counted("POST", "/tenants/{tenant}/orders/{id}", 204), 1, "{metrics}");
    assert_eq!(
        counted("GET", "/tenants/{tenant}/orders", 403),
        1,
        "a layer answered: {metrics}"
    );
    assert_eq!(counted("GET", "/legacy/{page}", 200), 2, "{metrics}");
    assert_eq!(counted("GET", "", 404), 2, "{metrics}");
    assert_eq!(counted("_OTHER", "", 405), 1, "{metrics}");
    assert!(metrics.contains("http_server_active_requests 0"), "{metrics}");
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn an_application_is_embedded_in_a_server_of_somebody_else() {
    let (router, application) = shop().into_router().await.expect("a start");
    assert_eq!((application.phase(), application.address().port()), (Phase::Ready, 0));
    assert!(application.banner().contains("embedded"), "{}", application.banner());
    let site = Router::new()
        .route("/", get(|| async { "front page" }))
        .nest_service("/shop", router);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let at = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move { bun_server::axum::serve(listener, site).await });
    let http = Http::new();
    assert_eq!(http.get(at, "/").await.body, "front page");
    let answer = http.get(at, "/shop/tenants/a/orders/7").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "7"));
    assert!(answer.header("x-request-id").is_some(), "{answer:?}");
    assert_eq!(http.get(at, "/shop/health/ready").await.status, 200);
    application.shutdown().await.expect("a clean stop");
    assert_eq!(http.get(at, "/shop/health/ready").await.status, 503);
    server.abort();
}
