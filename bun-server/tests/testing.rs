//! What users test with: the feature `testing`.
#![cfg(feature = "testing")]

#[path = "testing/overrides.rs"]
mod overrides;
#[path = "testing/settings.rs"]
mod settings;
#[path = "testing/time.rs"]
mod time;

use std::sync::atomic::{AtomicUsize, Ordering};

use bun_server::axum;
use bun_server::axum::routing::get;
use bun_server::prelude::*;
use bun_server::testing::TestApp;
use serde::Deserialize;

static CONNECTS: AtomicUsize = AtomicUsize::new(0);

struct Pool;

#[provider]
async fn pool() -> Result<Pool, std::io::Error> {
    CONNECTS.fetch_add(1, Ordering::SeqCst);
    Err(std::io::Error::other("there is no database in this test"))
}

#[async_trait]
trait OrderRepo: Send + Sync {
    async fn page(&self, size: usize) -> Vec<u32>;
}

#[injectable(provide = dyn OrderRepo)]
struct SqlOrderRepo {
    pool: Arc<Pool>,
}

#[async_trait]
impl OrderRepo for SqlOrderRepo {
    async fn page(&self, _: usize) -> Vec<u32> {
        let _ = &self.pool;
        Vec::new()
    }
}

struct MemoryRepo;

#[async_trait]
impl OrderRepo for MemoryRepo {
    async fn page(&self, size: usize) -> Vec<u32> {
        (1..).take(size).collect()
    }
}

#[service_client(name = "user-service", fallback = Guests)]
trait UserApi {
    #[get("/users/{id}")]
    async fn name(&self, id: u64) -> Result<String, ClientError>;
}

#[injectable]
struct Guests;

#[async_trait]
impl UserApi for Guests {
    async fn name(&self, _: u64) -> Result<String, ClientError> {
        Ok("guest".to_owned())
    }
}

#[derive(Deserialize)]
struct Limits {
    page_size: usize,
}

#[injectable]
struct OrderController {
    repo: Arc<dyn OrderRepo>,
    users: Arc<dyn UserApi>,
    #[config_center_value(data_id = "order-service.yaml", key = "limits")]
    limits: ConfigValue<Limits>,
}

#[controller("/orders")]
impl OrderController {
    #[get("")]
    async fn list(&self) -> Json<Vec<u32>> {
        Json(self.repo.page(self.limits.get().page_size).await)
    }

    #[get("/{id}/owner")]
    async fn owner(&self, Path(id): Path<u64>) -> Result<Json<serde_json::Value>, Problem> {
        let name = self.users.name(id).await;
        let name = name.map_err(|error| Problem::new(StatusCode::BAD_GATEWAY).detail(error.to_string()))?;
        Ok(Json(serde_json::json!({ "name": name })))
    }
}

#[service_registry(name = "order-service")]
#[module(
    imports = [MicroserviceModule::from_config()],
    providers = [SqlOrderRepo, pool, UserApiClient, Guests],
    controllers = [OrderController],
)]
struct OrderModule;

#[tokio::test]
async fn a_whole_application_is_tested_in_memory() -> AppResult {
    let app = TestApp::of(OrderModule)
        .override_provider::<dyn OrderRepo>(Arc::new(MemoryRepo))
        .document("order-service.yaml", "limits: { page_size: 2 }")
        .start()
        .await?;
    assert_eq!(CONNECTS.load(Ordering::SeqCst), 0, "what is replaced is never built");
    app.get("/orders").await.assert_status(200).assert_json_len("", 2);

    let well = axum::Router::new().route("/users/{id}", get(|| async { Json("ann") }));
    let users = app.serve("user-service", well).await?;
    app.get("/orders/7/owner")
        .await
        .assert_status(200)
        .assert_json("/name", "ann");
    users.stop().await;
    app.get("/orders/7/owner").await.assert_json("/name", "guest");

    let ill = axum::Router::new().route("/users/{id}", get(|| async { StatusCode::SERVICE_UNAVAILABLE }));
    let users = app.serve("user-service", ill).await?;
    app.get("/orders/7/owner")
        .await
        .assert_status(200)
        .assert_json("/name", "guest");
    users.crash().await;
    app.get("/orders/7/owner").await.assert_json("/name", "guest");

    app.publish("order-service.yaml", "limits: { page_size: 1 }").await;
    app.get("/orders").await.assert_json_len("", 1);
    app.publish("order-service.yaml", "limits: { page_size: many }").await;
    app.get("/orders").await.assert_json_len("", 1);
    app.get("/nowhere")
        .await
        .assert_status(404)
        .assert_header("content-type", "application/problem+json");
    app.shutdown().await
}

#[tokio::test]
async fn a_task_that_nobody_joins_fails_the_test() -> AppResult {
    #[injectable(on_start = Self::forget)]
    struct Forgetful;
    impl Forgetful {
        #[expect(clippy::disallowed_methods, reason = "the mistake that is found")]
        async fn forget(&self) {
            tokio::spawn(std::future::pending::<()>());
        }
    }
    #[module(providers = [Forgetful])]
    struct ForgetfulModule;
    let app = TestApp::of(ForgetfulModule).start().await?;
    let error = app.shutdown().await.unwrap_err();
    assert!(error.to_string().contains("1 tasks were spawned"), "{error}");
    Ok(())
}

#[cfg(feature = "validate")]
#[tokio::test]
async fn a_body_that_is_not_valid_is_answered_with_every_violation() -> AppResult {
    use garde::Validate;

    #[derive(Deserialize, Validate)]
    struct NewOrder {
        #[garde(range(min = 1, max = 99))]
        items: u32,
        #[garde(length(min = 2))]
        title: String,
    }

    #[injectable]
    struct Orders;

    #[controller("/orders")]
    impl Orders {
        #[post("")]
        async fn create(&self, Valid(Json(order)): Valid<Json<NewOrder>>) -> (StatusCode, String) {
            (StatusCode::CREATED, format!("{} {}", order.items, order.title))
        }
    }

    #[module(controllers = [Orders])]
    struct OrdersModule;

    let app = TestApp::of(OrdersModule).start().await?;
    let order = |items: u32, title: &str| serde_json::json!({ "items": items, "title": title });
    app.post("/orders")
        .json(&order(2, "书本"))
        .await
        .assert_status(201)
        .assert_text("2 书本");
    app.post("/orders")
        .json(&order(0, ""))
        .await
        .assert_status(422)
        .assert_header("content-type", "application/problem+json")
        .assert_json_len("/violations", 2)
        .assert_json("/violations/0/path", "items");
    app.shutdown().await
}

#[tokio::test]
async fn routers_are_merged_and_layers_hold_for_every_answer() -> AppResult {
    use bun_server::axum::middleware::map_response;
    use bun_server::axum::response::Response;

    async fn mark(mut response: Response) -> Response {
        response.headers_mut().insert("x-marked", "yes".parse().unwrap());
        response
    }
    let plain = axum::Router::new().route("/plain", get(|| async { "plain" }));
    let application = Application::new("layered").merge(plain).layer(map_response(mark));
    let app = TestApp::from_application(application).start().await?;
    app.get("/plain")
        .await
        .assert_text("plain")
        .assert_header("x-marked", "yes");
    app.get("/nowhere")
        .await
        .assert_status(404)
        .assert_header("x-marked", "yes");
    app.shutdown().await
}

#[tokio::test]
async fn no_hook_runs_when_the_management_port_is_taken() {
    static STARTED: AtomicUsize = AtomicUsize::new(0);

    #[injectable(on_start = Self::start)]
    struct Starts;
    impl Starts {
        async fn start(&self) {
            STARTED.fetch_add(1, Ordering::SeqCst);
        }
    }
    #[module(providers = [Starts])]
    struct StartsModule;

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let started = TestApp::of(StartsModule)
        .config("management.port", address.port())
        .start()
        .await;
    let report = started.unwrap_err().to_string();
    assert!(report.contains(&format!("{address} cannot be bound")), "{report}");
    assert_eq!(STARTED.load(Ordering::SeqCst), 0);
}

#[test]
fn the_graph_is_complete() {
    Application::new("order-service").import(OrderModule).check().unwrap();
}
