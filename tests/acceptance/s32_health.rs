//! What an application says of itself: details for operators, and probes that depend on nothing.

use std::time::Duration;

use bun_server::prelude::*;
use tests::application::{Directory, application, management};
use tests::http::Http;

#[injectable(provide = dyn HealthIndicator)]
struct Disk {
    #[config_value("disk.full", default = false)]
    full: bool,
}

#[async_trait]
impl HealthIndicator for Disk {
    fn name(&self) -> &str {
        "disk"
    }

    async fn check(&self) -> Health {
        match self.full {
            true => Health::down().detail("free", "0 B"),
            false => Health::up(),
        }
    }
}

fn shop(full: bool) -> Application {
    let module = HealthModule::for_root(
        HealthOptions::new()
            .check("cache", async || Health::degraded().detail("hits", "3 %"))
            .check("stuck", async || std::future::pending().await)
            .timeout(Duration::from_millis(100)),
    );
    application("shop", &Directory::new())
        .config_default("disk.full", full)
        .provider::<Disk>()
        .import(module)
}

#[tokio::test]
async fn operators_are_told_all_and_probes_ask_no_indicator() {
    let (handle, http) = (shop(false).start().await.expect("a start"), Http::new());
    let health = http.get(management(&handle), "/health").await;
    assert_eq!(health.status, 503, "one is silent: {health:?}");
    let told = health.json();
    assert_eq!(told["status"], "DOWN");
    assert_eq!(told["parts"]["disk"]["status"], "UP");
    assert_eq!(told["parts"]["cache"]["details"]["hits"], "3 %");
    let silent = told["parts"]["stuck"]["details"]["error"].as_str().unwrap_or_default();
    assert!(silent.contains("no answer within 100ms"), "{told}");
    for probe in ["/health/live", "/health/ready"] {
        let answer = http.get(handle.address(), probe).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"UP"}"#));
    }
    assert_eq!(
        http.get(handle.address(), "/health").await.status,
        404,
        "details are not for everybody"
    );
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn a_part_that_is_down_is_no_success() {
    let (handle, http) = (shop(true).start().await.expect("a start"), Http::new());
    let health = http.get(management(&handle), "/health").await;
    assert_eq!(
        (
            health.status,
            health.json()["parts"]["disk"]["details"]["free"].as_str()
        ),
        (503, Some("0 B"))
    );
    handle.shutdown().await.expect("a clean stop");
}
