//! Components of one type told apart by qualifiers, which are types; the primary one; all of them in order; values and aliases.

use bun_server::prelude::*;
use tests::application::{Directory, application};

struct Main;
struct Replica;
struct Archive;

struct Pool(&'static str);

#[provider(qualifier = Main)]
fn main_pool() -> Pool {
    Pool("main")
}

#[provider(qualifier = Replica)]
async fn replica_pool() -> Arc<Pool> {
    Arc::new(Pool("replica"))
}

trait Shipping: Send + Sync {
    fn name(&self) -> &'static str;
}

macro_rules! shipping {
    ($($(#[$attribute:meta])* $name:ident $text:literal,)*) => {$(
        $(#[$attribute])*
        struct $name;

        impl Shipping for $name {
            fn name(&self) -> &'static str {
                $text
            }
        }
    )*};
}
shipping! {
    #[injectable(provide = dyn Shipping, order = 20)] Train "train",
    #[injectable(provide = dyn Shipping, primary, order = 10)] Van "van",
    #[injectable(provide = dyn Shipping, qualifier = Express, order = -1)] Plane "plane",
    #[injectable] Ship "ship",
}
struct Express;

trait Clock: Send + Sync {
    fn now(&self) -> u64;
}

struct Fixed(u64);

impl Clock for Fixed {
    fn now(&self) -> u64 {
        self.0
    }
}

trait Ledger: ReadLedger {}
trait ReadLedger: Send + Sync {
    fn balance(&self) -> i64;
}

#[injectable(provide = dyn Ledger)]
struct MemoryLedger;

impl Ledger for MemoryLedger {}
impl ReadLedger for MemoryLedger {
    fn balance(&self) -> i64 {
        12
    }
}

#[injectable(new = Self::new)]
struct Reports {
    pool: Arc<Pool>,
}

impl Reports {
    fn new(pool: Qualified<Arc<Pool>, Replica>) -> Self {
        assert_eq!(pool.0, "replica", "a qualified handle is seen through");
        Self {
            pool: pool.into_inner(),
        }
    }
}

#[provider]
#[expect(clippy::needless_pass_by_value, reason = "what is injected is owned")]
fn summary(#[inject(qualifier = Main)] pool: Arc<Pool>, shipping: Arc<dyn Shipping>) -> String {
    format!("{} by {}", pool.0, shipping.name())
}

#[injectable]
struct Orders {
    #[inject(qualifier = Main)]
    main: Arc<Pool>,
    #[inject(qualifier = Replica)]
    replica: Option<Arc<Pool>>,
    #[inject(qualifier = Archive)]
    archive: Option<Arc<Pool>>,
    #[inject(qualifier = Express)]
    express: Vec<Arc<dyn Shipping>>,
    shipping: Arc<dyn Shipping>,
    all: Vec<Arc<dyn Shipping>>,
    summary: Arc<String>,
    reports: Arc<Reports>,
    limit: Arc<u32>,
    clock: Arc<dyn Clock>,
    #[inject(qualifier = Archive)]
    frozen: Arc<dyn Clock>,
    ledger: Arc<dyn ReadLedger>,
}

#[module(
    providers = [main_pool, replica_pool, Train, Van, Plane, Ship as dyn Shipping, MemoryLedger],
    values = [7_u32, Fixed(1) as dyn Clock, Arc::new(Fixed(2)) as Qualified<dyn Clock, Archive>],
    aliases = [dyn Ledger as dyn ReadLedger],
    exports = [Qualified<Pool, Main>, Pool, dyn Shipping, u32, dyn Clock, dyn ReadLedger],
)]
struct StorageModule;

#[module(imports = [StorageModule], providers = [Reports, summary, Orders])]
struct OrderModule;

#[tokio::test]
async fn each_gets_the_one_it_means() {
    let directory = Directory::new();
    let handle = application("orders", &directory)
        .import(OrderModule)
        .start()
        .await
        .expect("a start");
    let container = handle.container();
    let orders = container.get::<Orders>().expect("a singleton");
    assert_eq!(orders.main.0, "main");
    assert_eq!(orders.replica.as_ref().map(|pool| pool.0), Some("replica"));
    assert!(orders.archive.is_none());
    assert_eq!(orders.shipping.name(), "van", "the primary one");
    let names = |all: &[Arc<dyn Shipping>]| all.iter().map(|one| one.name()).collect::<Vec<_>>();
    assert_eq!(
        names(&orders.all),
        ["plane", "ship", "van", "train"],
        "by order, then as listed"
    );
    assert_eq!(names(&orders.express), ["plane"]);
    assert_eq!(*orders.summary, "main by van");
    assert_eq!(orders.reports.pool.0, "replica");
    assert_eq!((*orders.limit, orders.clock.now(), orders.frozen.now()), (7, 1, 2));
    assert_eq!(orders.ledger.balance(), 12);
    let express = container.get_qualified::<dyn Shipping, Express>().expect("the plane");
    assert_eq!(express.name(), "plane");
    assert!(container.get::<Pool>().is_err(), "every pool has a qualifier");
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn the_builder_says_the_same() {
    struct Built;
    let module = DynamicModule::builder::<Built>()
        .provide(Pool("main"))
        .qualified::<Main>()
        .provide_with::<Pool, _>(|_: Qualified<Arc<Pool>, Main>| Pool("replica"))
        .qualified::<Replica>()
        .component::<Train>()
        .component::<Van>()
        .component::<Plane>()
        .order(99)
        .component::<MemoryLedger>()
        .alias::<dyn Ledger, dyn ReadLedger>(|ledger| ledger)
        .provide_shared::<dyn Clock>(Arc::new(Fixed(1)))
        .provide_shared::<dyn Clock>(Arc::new(Fixed(2)))
        .qualified::<Archive>()
        .provide(7_u32)
        .export::<Pool>()
        .export::<dyn Shipping>()
        .export::<dyn Clock>()
        .export::<dyn ReadLedger>()
        .export::<u32>()
        .build();
    let directory = Directory::new();
    let handle = application("orders", &directory)
        .import(module)
        .provider::<Orders>()
        .provider::<Reports>()
        .provider::<summary>()
        .start()
        .await
        .expect("a start");
    let orders = handle.container().get::<Orders>().expect("a singleton");
    let names: Vec<&str> = orders.all.iter().map(|one| one.name()).collect();
    assert_eq!(names, ["van", "train", "plane"]);
    assert_eq!((orders.clock.now(), orders.frozen.now()), (1, 2));
    handle.shutdown().await.expect("a clean stop");
}

mod wrong {
    use super::*;

    #[injectable]
    #[expect(dead_code, reason = "it is refused")]
    struct Asker {
        #[inject(qualifier = Archive)]
        archive: Arc<Pool>,
        any: Arc<Pool>,
        shipping: Arc<dyn Shipping>,
        #[inject(qualifier = Main)]
        limit: Arc<u32>,
    }

    #[injectable(provide = dyn Shipping, primary)]
    struct Cart;

    impl Shipping for Cart {
        fn name(&self) -> &'static str {
            "cart"
        }
    }

    #[module(providers = [main_pool, Van, Cart, Asker], values = [7_u32])]
    pub(super) struct WrongModule;
}

#[test]
fn near_misses_are_named() {
    let directory = Directory::new();
    let report = application("wrong", &directory)
        .import(wrong::WrongModule)
        .check()
        .expect_err("a refusal")
        .to_string();
    for part in [
        "4 problems",
        "Pool, qualifier Archive",
        "Asker.archive",
        "main_pool",
        "under the qualifier Main",
        "ask for that: `#[inject(qualifier = Main)]`",
        "Asker.any",
        "u32, qualifier Main",
        "without a qualifier",
        "ambiguous   dyn ",
        "only one of them can be `primary`",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
}
