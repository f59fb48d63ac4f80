//! Everything that is wrong, at once, with who asks, what was found, and what to type.

use bun_server::prelude::*;
use tests::Row;
use tests::application::{Directory, application};

#[async_trait]
trait OrderRepo: Send + Sync {
    async fn count(&self) -> usize;
}

/// Annotated, and in no module.
#[injectable(provide = dyn OrderRepo)]
struct SqlOrderRepo;

#[async_trait]
impl OrderRepo for SqlOrderRepo {
    async fn count(&self) -> usize {
        0
    }
}

#[injectable]
struct OrderService {
    repo: Arc<dyn OrderRepo>,
    #[config_value("limits.page_size")]
    page_size: ConfigValue<u32>,
}

impl OrderService {
    async fn list(&self) -> usize {
        self.repo.count().await.min(*self.page_size.get() as usize)
    }
}

#[injectable]
struct Billing {
    ledger: Arc<Ledger>,
}

#[injectable]
struct Ledger {
    billing: Arc<Billing>,
}

#[controller("/orders")]
impl OrderService {
    #[get("")]
    async fn count(&self) -> String {
        self.list().await.to_string()
    }
}

#[controller("/billing")]
impl Billing {
    #[get("")]
    async fn count(&self) -> String {
        Arc::strong_count(&self.ledger.billing).to_string()
    }
}

#[module(providers = [Ledger], controllers = [OrderService, Billing])]
struct OrderModule;

#[tokio::test]
async fn three_problems_are_one_report() {
    let row = Row::memory().await.expect("memory");
    row.publish("order-service.yaml", "limits:\n  page_size: many\n").await;
    let directory = Directory::new();
    let started = application("order-service", &directory)
        .import(OrderModule)
        .import(MicroserviceModule::for_root(
            row.options().config_import("order-service.yaml"),
        ))
        .start()
        .await;
    let error = started.expect_err("three problems");
    let report = format!("{error:?}");
    assert!(
        report.starts_with("order-service cannot start (3 problems)\n"),
        "{report}"
    );
    let AppError::Startup(startup) = &error else {
        panic!("a report of a start: {report}");
    };
    let kinds: Vec<String> = startup
        .problems()
        .iter()
        .map(|problem| problem.kind().to_string())
        .collect();
    assert_eq!(kinds, ["missing provider", "cycle", "config"]);
    for part in [
        "OrderRepo",
        "needed by",
        "OrderService.repo",
        "SqlOrderRepo",
        "in no module",
        "add `SqlOrderRepo` to the providers of OrderModule",
        "make one of the fields `Lazy<..>`",
        "limits.page_size",
        "invalid type: string \"many\", expected u32",
        "memory order-service.yaml@",
        ":2",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let here = file!();
    assert!(report.contains(here), "places are file and line of {here}: {report}");
}

#[test]
fn the_graph_is_checked_without_starting() {
    let directory = Directory::new();
    let error = application("order-service", &directory)
        .import(OrderModule)
        .check()
        .expect_err("problems");
    let report = error.to_string();
    // No value either: nothing gives limits.page_size.
    assert!(report.contains("3 problems"), "{report}");
    assert!(
        report.contains("limits.page_size") && report.contains("application.yaml"),
        "{report}"
    );
    assert!(!report.contains('\t') && report.is_char_boundary(0));
}

#[test]
fn a_module_asks_for_what_the_microservice_part_brings_and_is_told_how_to_get_it() {
    #[injectable]
    struct Admin {
        config: Arc<dyn ConfigCenter>,
        registry: Arc<dyn ServiceRegistry>,
        client: ServiceClient,
    }

    #[controller("/admin")]
    impl Admin {
        #[get("")]
        async fn all(&self) -> String {
            self.config.close().await;
            self.registry.close().await;
            format!("{:?}", self.client)
        }
    }

    let directory = Directory::new();
    let report = application("admin", &directory)
        .controller::<Admin>()
        .check()
        .expect_err("no module")
        .to_string();
    assert!(report.contains("3 problems"), "{report}");
    assert_eq!(
        report.matches("MicroserviceModule::from_config()").count(),
        3,
        "{report}"
    );
    application("admin", &directory)
        .controller::<Admin>()
        .import(MicroserviceModule::from_config())
        .check()
        .expect("complete");
}
