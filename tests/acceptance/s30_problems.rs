//! What a caller reads when something goes wrong: one form for all of it, and nothing of the inside.

use std::time::Duration;

use bun_server::prelude::*;
use bytes::Bytes;
use tests::application::{Directory, application};
use tests::http::{Answer, Http};
use tests::logs::Logs;
use tests::row::ARRIVED;
use tests::within;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[derive(Debug)]
enum OrderError {
    Unknown(u32),
    Storage(std::io::Error),
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(id) => write!(f, "there is no order {id}"),
            Self::Storage(_) => f.write_str("orders of db-7.internal cannot be read"),
        }
    }
}

impl std::error::Error for OrderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unknown(_) => None,
            Self::Storage(error) => Some(error),
        }
    }
}

impl ResponseError for OrderError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unknown(_) => StatusCode::NOT_FOUND,
            Self::Storage(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

#[derive(Debug, serde::Deserialize)]
struct NewOrder {
    items: Vec<Item>,
}

#[derive(Debug, serde::Deserialize)]
struct Item {
    count: u32,
}

#[injectable]
struct Orders {}

#[controller("/orders")]
impl Orders {
    #[get("/{id}")]
    async fn find(&self, Path(id): Path<u32>) -> Result<Json<u32>, OrderError> {
        match id {
            0 => Err(OrderError::Storage(std::io::Error::other(
                "password of the pool is stale",
            ))),
            1..100 => Ok(Json(id)),
            _ => Err(OrderError::Unknown(id)),
        }
    }

    #[post("")]
    async fn create(&self, Json(order): Json<NewOrder>) -> Result<(StatusCode, String), OrderError> {
        let count: u32 = order.items.iter().map(|item| item.count).sum();
        Ok((StatusCode::CREATED, count.to_string()))
    }

    #[put("/raw")]
    async fn raw(&self, body: Bytes) -> String {
        body.len().to_string()
    }

    #[put("/text")]
    async fn text(&self, body: String) -> String {
        body
    }

    #[get("/slow/one")]
    async fn slow(&self) {
        std::future::pending::<()>().await;
    }

    #[get("/broken/one")]
    async fn broken(&self) -> &'static str {
        panic!("secret-of-the-handler");
    }

    #[get("/behind/one")]
    async fn behind(&self) -> Result<String, ServiceRegistryError> {
        Err(ServiceRegistryError::new(
            bun_server::error::ErrorClass::Unavailable,
            "user-service",
            "10.1.2.3 refused",
        ))
    }
}

fn orders() -> Application {
    application("orders", &Directory::new()).controller::<Orders>()
}

async fn send(http: &Http, handle: &ApplicationHandle, method: &str, path: &str, body: impl Into<Bytes>) -> Answer {
    let body: Bytes = body.into();
    let request = http::Request::builder()
        .method(method)
        .uri(format!("http://{}{path}", handle.address()))
        .header("content-type", "application/json")
        .body(body.into())
        .expect("a request");
    http.try_send(request).await.expect("an answer")
}

fn is_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{answer:?}"
    );
    assert_eq!(answer.json()["status"], status, "{answer:?}");
    assert!(answer.json()["title"].is_string(), "{answer:?}");
}

#[tokio::test]
async fn an_error_of_the_user_says_its_status_and_keeps_its_inside() {
    let logs = Logs::capture();
    let (handle, http) = (orders().start().await.expect("a start"), Http::new());
    assert_eq!(http.get(handle.address(), "/orders/7").await.body, "7");
    let unknown = http.get(handle.address(), "/orders/700").await;
    is_problem(&unknown, 404);
    assert_eq!(unknown.json()["detail"], "there is no order 700");
    let inside = http.get(handle.address(), "/orders/0").await;
    is_problem(&inside, 500);
    assert!(inside.json().get("detail").is_none(), "{inside:?}");
    let told = logs.lines(
        "ERROR",
        "orders of db-7.internal cannot be read: password of the pool is stale",
    );
    assert_eq!(told.len(), 1, "{}", logs.text());
    let behind = http.get(handle.address(), "/orders/behind/one").await;
    is_problem(&behind, 503);
    assert!(!behind.body.contains("10.1.2.3"), "{behind:?}");
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn what_a_caller_sends_wrong_is_told_with_its_place() {
    let (handle, http) = (orders().start().await.expect("a start"), Http::new());
    let syntax = send(&http, &handle, "POST", "/orders", "{\"items\": [}").await;
    is_problem(&syntax, 400);
    assert!(syntax.body.contains("line 1 column 12"), "{syntax:?}");
    let wrong = send(
        &http,
        &handle,
        "POST",
        "/orders",
        "{\"items\": [{\"count\": 1}, {\"count\": \"two\"}]}",
    )
    .await;
    is_problem(&wrong, 422);
    assert!(
        wrong.body.contains("items[1].count") && wrong.body.contains("line 1 column"),
        "{wrong:?}"
    );
    let path = http.get(handle.address(), "/orders/seven").await;
    is_problem(&path, 400);
    let large = vec![b'1'; 3 * 1024 * 1024];
    for route in ["/orders/raw", "/orders/text"] {
        is_problem(&send(&http, &handle, "PUT", route, large.clone()).await, 413);
    }
    is_problem(&send(&http, &handle, "POST", "/orders", large).await, 413);
    is_problem(
        &send(&http, &handle, "PUT", "/orders/text", vec![0xff, 0xfe]).await,
        400,
    );
    let sent = send(
        &http,
        &handle,
        "POST",
        "/orders",
        "{\"items\": [{\"count\": 1}, {\"count\": 2}]}",
    )
    .await;
    assert_eq!((sent.status, sent.body.as_str()), (201, "3"));
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn a_time_that_passed_and_a_panic_are_answered_and_the_process_lives() {
    let slow = orders().config_default("server.request_timeout", "200ms");
    let (handle, http) = (slow.start().await.expect("a start"), Http::new());
    is_problem(&http.get(handle.address(), "/orders/slow/one").await, 504);
    let broken = http.get(handle.address(), "/orders/broken/one").await;
    is_problem(&broken, 500);
    assert!(!broken.body.contains("secret-of-the-handler"), "{broken:?}");
    assert_eq!(http.get(handle.address(), "/orders/7").await.status, 200);
    handle.shutdown().await.expect("a clean stop");
}

/// Sends the beginning of a request and then nothing; gives what the server says until it closes the connection.
async fn trickle(handle: &ApplicationHandle, beginning: &str) -> String {
    let mut connection = TcpStream::connect(handle.address()).await.expect("a connection");
    connection.write_all(beginning.as_bytes()).await.expect("a write");
    let mut said = Vec::new();
    // A connection that is closed with unread bytes is reset: what was said before counts.
    let _ = within(ARRIVED, "the end of the connection", connection.read_to_end(&mut said)).await;
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn callers_that_never_finish_are_let_go() {
    let hasty = orders()
        .config_default("server.header_read_timeout", "200ms")
        .config_default("server.request_timeout", "200ms");
    let handle = hasty.start().await.expect("a start");
    let head = trickle(&handle, "POST /orders HTTP/1.1\r\nhost: x\r\ncontent-").await;
    assert!(head.is_empty() || head.starts_with("HTTP/1.1 408"), "{head}");
    let body = "POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let said = trickle(&handle, body).await;
    assert!(
        said.starts_with("HTTP/1.1 504") && said.contains("application/problem+json"),
        "{said}"
    );
    let nothing = tokio::time::timeout(Duration::from_secs(5), trickle(&handle, "")).await;
    assert_eq!(nothing.expect("closed in time"), "");
    assert_eq!(Http::new().get(handle.address(), "/orders/7").await.status, 200);
    handle.shutdown().await.expect("a clean stop");
}
