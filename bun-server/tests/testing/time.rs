//! Time that passes at once: whole applications, their peers and their documents under `start_paused`.

use std::time::Duration;

use bun_server::axum::Router;
use bun_server::axum::routing::get;
use bun_server::prelude::*;
use bun_server::testing::TestApp;
use serde::Deserialize;
use tokio::time::{Instant, sleep};

#[derive(Deserialize)]
struct Limits {
    page_size: usize,
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

#[injectable]
struct Slow {
    users: Arc<dyn UserApi>,
    #[config_center_value(data_id = "slow.yaml", key = "limits")]
    limits: ConfigValue<Limits>,
}

#[controller("/slow")]
impl Slow {
    #[get("/{seconds}")]
    async fn wait(&self, Path(seconds): Path<u64>) -> &'static str {
        sleep(Duration::from_secs(seconds)).await;
        "awake"
    }

    #[get("/limit")]
    async fn limit(&self) -> String {
        self.limits.get().page_size.to_string()
    }

    #[get("/owner")]
    async fn owner(&self) -> Result<String, ClientError> {
        self.users.name(7).await
    }
}

#[service_registry(name = "slow")]
#[module(
    imports = [MicroserviceModule::from_config()],
    providers = [UserApiClient, Guests],
    controllers = [Slow],
)]
struct SlowModule;

fn slow() -> bun_server::testing::TestAppBuilder {
    TestApp::of(SlowModule).document("slow.yaml", "limits: { page_size: 2 }")
}

#[tokio::test(start_paused = true)]
async fn what_takes_long_takes_no_time_in_a_test() -> AppResult {
    #[expect(clippy::disallowed_methods, reason = "the time that the test itself takes")]
    let wall = std::time::Instant::now();
    let (app, begun) = (slow().start().await?, Instant::now());
    app.get("/slow/20").await.assert_text("awake");
    app.get("/slow/40")
        .await
        .assert_status(504)
        .assert_header("content-type", "application/problem+json");
    app.get("/slow/40")
        .header("x-request-timeout-ms", "1000")
        .await
        .assert_status(504);
    assert_eq!(begun.elapsed().as_secs(), 20 + 30 + 1);
    app.publish("slow.yaml", "limits: { page_size: 1 }").await;
    app.get("/slow/limit").await.assert_text("1");
    app.shutdown().await?;
    assert!(wall.elapsed() < Duration::from_secs(10), "{:?}", wall.elapsed());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn peers_answer_in_the_same_time() -> AppResult {
    async fn name() -> Json<&'static str> {
        sleep(Duration::from_secs(2)).await;
        Json("ann")
    }
    async fn never() -> Json<&'static str> {
        std::future::pending().await
    }
    let (app, begun) = (slow().start().await?, Instant::now());
    let users = app
        .serve("user-service", Router::new().route("/users/{id}", get(name)))
        .await?;
    app.get("/slow/owner").await.assert_text("ann");
    assert_eq!(begun.elapsed().as_secs(), 2);
    users.stop().await;
    app.get("/slow/owner").await.assert_text("guest");

    let users = app
        .serve("user-service", Router::new().route("/users/{id}", get(never)))
        .await?;
    let begun = Instant::now();
    app.get("/slow/owner").await.assert_text("guest");
    assert!(
        begun.elapsed() >= Duration::from_secs(3),
        "the attempt's own timeout passed"
    );
    users.crash().await;
    let begun = Instant::now();
    app.get("/slow/owner").await.assert_text("guest");
    assert!(begun.elapsed() < Duration::from_secs(1), "nobody listens there");
    app.shutdown().await
}

/// Needed by [`Sluggish`], and to be stopped after it.
#[injectable(on_stop = Self::stop)]
struct Pool;

impl Pool {
    async fn stop(&self) {}
}

#[injectable(on_stop = Self::stop)]
struct Sluggish {
    _pool: Arc<Pool>,
}

impl Sluggish {
    async fn stop(&self) {
        // More than its share of `shutdown.hook_timeout`, and less than all of it.
        sleep(Duration::from_secs(2)).await;
    }
}

#[module(providers = [Pool, Sluggish])]
struct SluggishModule;

#[tokio::test(start_paused = true)]
async fn a_hook_that_runs_beside_another_fails_the_test() -> AppResult {
    let app = TestApp::of(SluggishModule).start().await?;
    let error = app.shutdown().await.unwrap_err().to_string();
    assert!(
        error.contains("Sluggish") && error.contains("still ran when that of") && error.contains("Pool"),
        "{error}"
    );
    let patient = TestApp::of(SluggishModule).config("shutdown.hook_timeout", "6s");
    patient.start().await?.shutdown().await
}
