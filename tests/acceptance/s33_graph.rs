//! The graph on paper, right and wrong; what nothing can reach; what takes long; who needs what could not be built.

use bun_server::di::ProblemKind;
use bun_server::prelude::*;
use tests::application::{Directory, application};
use tests::logs::Logs;

struct Pool;

#[provider]
async fn pool(#[config_value("pool.delay", default = "0s")] delay: Duration) -> Result<Pool, std::io::Error> {
    tokio::time::sleep(delay).await;
    if delay == Duration::from_millis(1) {
        return Err(std::io::Error::other("no route to the database"));
    }
    Ok(Pool)
}

trait Repo: Send + Sync {
    fn pools(&self) -> usize;
}

#[injectable(provide = dyn Repo)]
struct SqlRepo {
    pool: Arc<Pool>,
}

impl Repo for SqlRepo {
    fn pools(&self) -> usize {
        Arc::strong_count(&self.pool)
    }
}

#[injectable(scope = request)]
struct Basket {
    request: RequestParts,
    repo: Arc<dyn Repo>,
}

#[injectable]
struct Orders {
    repo: Arc<dyn Repo>,
    audit: Option<Arc<Audit>>,
    all: Vec<Arc<dyn Repo>>,
    lazy: Lazy<Forgotten>,
}

struct Audit;

#[injectable]
struct Forgotten;

#[controller("/orders")]
impl Orders {
    #[get("")]
    async fn list(&self, Dep(basket): Dep<Basket>) -> String {
        let lazy = self.lazy.get().is_ok();
        let audit = self.audit.is_some();
        let uri = &basket.request.uri;
        format!(
            "{uri} {} {} {} {lazy} {audit}",
            self.repo.pools(),
            basket.repo.pools(),
            self.all.len()
        )
    }
}

#[module(providers = [pool, SqlRepo], exports = [dyn Repo])]
struct StorageModule;

#[module(imports = [StorageModule], providers = [Basket, Forgotten], controllers = [Orders])]
struct OrderModule;

#[injectable(provide = dyn Repo)]
struct UnreachableRepo;

impl Repo for UnreachableRepo {
    fn pools(&self) -> usize {
        0
    }
}

#[module(imports = [OrderModule], providers = [UnreachableRepo])]
struct LooseModule;

mod wrong {
    use super::*;

    #[injectable]
    #[expect(dead_code, reason = "it is refused")]
    struct Billing {
        ledger: Arc<Ledger>,
        unknown: Arc<dyn Unknown>,
    }

    #[injectable]
    #[expect(dead_code, reason = "it is refused")]
    struct Ledger {
        billing: Arc<Billing>,
    }

    trait Unknown: Send + Sync {}

    #[module(providers = [Billing, Ledger], exports = [String])]
    pub(super) struct WrongModule;
}

#[test]
fn text_names_modules_components_and_what_each_gets() {
    let directory = Directory::new();
    let graph = || application("orders", &directory).import(OrderModule).graph();
    let text = graph().to_text();
    assert_eq!(text, graph().to_string(), "the same each time");
    for line in [
        "5 components, 3 modules",
        "the application (tests/support/application.rs:",
        "imports StorageModule",
        "exports dyn Repo",
        "pool as Pool (tests/acceptance/s33_graph.rs:",
        "SqlRepo as dyn Repo (tests/acceptance/s33_graph.rs:",
        "request-scoped",
        "repo: dyn Repo → SqlRepo",
        "audit: Option<Audit> → nothing",
        "all: Vec<dyn Repo> → SqlRepo",
        "lazy: Lazy<Forgotten> → Forgotten",
        "request: RequestParts → the request",
        "list(basket): Basket",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains('!'), "nothing is wrong: {text}");
}

#[test]
fn a_wrong_graph_is_marked_where_it_is_wrong() {
    let directory = Directory::new();
    let graph = application("wrong", &directory).import(wrong::WrongModule).graph();
    let text = graph.to_text();
    for line in [
        "3 problems",
        "!         ledger: Ledger   <- cycle",
        "!         billing: Billing   <- cycle",
        "!         unknown: dyn Unknown → nothing   <- missing provider",
        "! WrongModule (",
        "<- export of nothing",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let dot = graph.to_dot();
    assert!(dot.contains("[label=\"ledger\", color=red]"), "{dot}");
    assert!(dot.contains("dyn Unknown\\nmissing provider"), "{dot}");
    assert_eq!(dot.matches('{').count(), dot.matches('}').count(), "{dot}");
    let mermaid = graph.to_mermaid();
    assert!(mermaid.starts_with("flowchart LR\n"), "{mermaid}");
    assert!(mermaid.contains("linkStyle 0,1,2 stroke:#d00"), "{mermaid}");
    assert!(mermaid.contains("classDef wrong"), "{mermaid}");
}

#[test]
fn what_nothing_can_reach_is_a_warning_of_the_check() {
    let directory = Directory::new();
    let report = application("loose", &directory)
        .import(LooseModule)
        .check()
        .expect("no problem");
    let [warning] = report.warnings() else {
        panic!("one warning: {report}");
    };
    assert_eq!(warning.kind(), ProblemKind::Unused);
    let text = report.to_string();
    for part in [
        "warning: unused",
        "UnreachableRepo",
        "add `dyn Repo` to the exports of LooseModule",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn what_takes_long_is_named_and_every_time_is_there() {
    let logs = Logs::capture();
    let directory = Directory::new();
    let handle = application("slow", &directory)
        .config_default("pool.delay", "300ms")
        .config_default("startup.slow_component", "200ms")
        .import(OrderModule)
        .start()
        .await
        .expect("a start");
    let times = handle.container().construction_times();
    let of_pool = times
        .iter()
        .find(|time| time.component.ends_with("pool"))
        .expect("the pool");
    assert!(of_pool.took >= Duration::from_millis(300), "{of_pool:?}");
    let warned = logs.warnings("s33_graph::pool");
    assert!(
        warned.len() == 1 && warned[0].contains("startup.slow_component"),
        "{warned:?}"
    );
    assert!(
        times.iter().any(|time| time.component.ends_with("SqlRepo")),
        "{times:?}"
    );
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn a_failure_names_the_way_to_it() {
    let directory = Directory::new();
    let report = application("failing", &directory)
        .config_default("pool.delay", "1ms")
        .import(OrderModule)
        .start()
        .await
        .expect_err("a refusal")
        .to_string();
    let mut at = 0;
    for part in [
        "construction",
        "s33_graph::pool",
        "Orders.repo",
        "SqlRepo.pool",
        "no route to the database",
    ] {
        let found = report[at..].find(part);
        at += found.unwrap_or_else(|| panic!("{part}, after what comes before it: {report}"));
    }
}
