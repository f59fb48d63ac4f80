//! The files of a service as they are in production, and a test that asks nothing of production.

use std::path::PathBuf;

use bun_server::prelude::*;
use bun_server::testing::TestApp;
use serde::Deserialize;

const PRODUCTION: &str = r#"
app:
  name: order-service
server:
  address: 203.0.113.7
  port: 1
management:
  port: 1
config_center:
  url: nacos://203.0.113.7:8848?namespace=prod
  username: nacos
  password: ${NACOS_PASSWORD}
  import: [order-service.yaml]
service_registry:
  url: nacos://203.0.113.7:8848?namespace=prod
  password: ${NACOS_PASSWORD}
database:
  url: db://203.0.113.7/orders
  password: ${DB_PASSWORD}
limits:
  page_size: 50
"#;

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only that it can be read")]
struct Database {
    url: String,
    password: String,
}

#[injectable]
struct Orders {
    #[config_value("database")]
    database: Database,
    #[config_value("limits.page_size")]
    page_size: u32,
    #[config_value("greeting")]
    greeting: String,
}

#[controller("/orders")]
impl Orders {
    #[get("")]
    async fn settings(&self) -> String {
        format!("{} {} {}", self.database.url, self.page_size, self.greeting)
    }
}

#[service_registry(name = "order-service")]
#[module(imports = [MicroserviceModule::from_config()], controllers = [Orders])]
struct OrderModule;

/// A directory that is removed at the end.
struct Directory(PathBuf);

impl Directory {
    fn with(name: &str, yaml: &str) -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("bun-server-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        std::fs::write(path.join("application.yaml"), yaml)?;
        Ok(Self(path))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn the_files_of_production_neither_take_a_port_nor_ask_for_secrets() -> AppResult {
    let directory = Directory::with("production", PRODUCTION).unwrap();
    let application = || {
        Application::new("orders")
            .import(OrderModule)
            .config_directory(&directory.0)
    };
    let start = || {
        TestApp::from_application(application())
            .config("database.url", "db://memory")
            .config("database.password", "none")
            .config("limits.page_size", 2)
            .document("order-service.yaml", "greeting: hello")
            .start()
    };
    let (one, other) = (start().await?, start().await?);
    assert!(one.address().ip().is_loopback(), "{}", one.address());
    one.get("/orders").await.assert_text("db://memory 2 hello");
    other.publish("order-service.yaml", "greeting: hi").await;
    // The tasks of the later one would count as left by the earlier one.
    other.shutdown().await?;
    one.shutdown().await
}

#[tokio::test]
async fn a_secret_that_the_service_itself_reads_is_still_asked_for() {
    let directory = Directory::with("secret", PRODUCTION).unwrap();
    let application = Application::new("orders")
        .import(OrderModule)
        .config_directory(&directory.0);
    let started = TestApp::from_application(application)
        .document("order-service.yaml", "greeting: hello")
        .start()
        .await;
    let report = started.unwrap_err().to_string();
    assert!(
        report.contains("DB_PASSWORD") && !report.contains("NACOS_PASSWORD"),
        "{report}"
    );
}
