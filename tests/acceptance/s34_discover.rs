//! Modules that find what is declared below them, modules that pass others on, and modules that are configured twice.

use bun_server::prelude::*;
use tests::application::{Directory, application};
use tests::http::Http;

mod shop {
    use bun_server::prelude::*;

    #[injectable]
    pub(super) struct Clock;

    #[provider]
    fn number() -> u32 {
        7
    }

    mod orders {
        use bun_server::prelude::*;

        #[derive(Debug, Injectable)]
        #[injectable(provide = dyn super::Repo)]
        struct SqlRepo {
            number: Arc<u32>,
        }

        impl super::Repo for SqlRepo {
            fn count(&self) -> u32 {
                *self.number
            }
        }

        #[injectable]
        struct OrderController {
            repo: Arc<dyn super::Repo>,
            prices: Arc<super::prices::Prices>,
        }

        #[controller("/orders")]
        impl OrderController {
            #[get("")]
            async fn count(&self, Dep(clock): Dep<super::Clock>) -> String {
                let _ = clock;
                (self.repo.count() + self.prices.0).to_string()
            }
        }
    }

    /// Has a module of its own, which is nearer.
    pub(super) mod prices {
        use bun_server::prelude::*;

        #[injectable]
        pub(in super::super) struct Prices(#[default(3)] pub(in super::super) u32);

        #[module(discover, exports = [Prices])]
        pub(in super::super) struct PriceModule;
    }

    pub(super) trait Repo: Send + Sync {
        fn count(&self) -> u32;
    }

    #[module(discover, imports = [prices::PriceModule], exports = [dyn Repo, prices::PriceModule])]
    pub(super) struct ShopModule;
}

mod shop_old {
    use bun_server::prelude::*;

    /// Not below `shop`.
    #[injectable]
    pub(super) struct Old;
}

#[tokio::test]
async fn a_module_takes_what_is_declared_below_it() {
    let directory = Directory::new();
    let handle = application("shop", &directory)
        .import(shop::ShopModule)
        .start()
        .await
        .expect("a start");
    assert_eq!(Http::new().get(handle.address(), "/orders").await.body, "10");
    assert!(handle.container().get::<shop::Clock>().is_ok());
    assert!(handle.container().get::<shop_old::Old>().is_err());
    handle.shutdown().await.expect("a clean stop");
}

#[test]
fn each_component_is_in_the_nearest_module() {
    let directory = Directory::new();
    let text = application("shop", &directory)
        .import(shop::ShopModule)
        .graph()
        .to_text();
    let (shop, prices) = text.split_once("PriceModule (").expect("both modules");
    assert!(
        shop.contains("OrderController") && shop.contains("SqlRepo") && shop.contains("number"),
        "{text}"
    );
    assert!(prices.contains("Prices (") && !prices.contains("Clock"), "{text}");
}

#[injectable]
struct Reader {
    repo: Arc<dyn shop::Repo>,
    prices: Arc<shop::prices::Prices>,
}

/// Passes on what it imports, and what that passes on.
#[module(imports = [shop::ShopModule], exports = [shop::ShopModule])]
struct Middle;

#[module(imports = [Middle], exports = [dyn shop::Repo, shop::prices::Prices])]
struct Outer;

#[module(imports = [Outer, Middle], providers = [Reader])]
struct Top;

#[tokio::test]
async fn exports_pass_through_modules_and_one_module_is_one() {
    let directory = Directory::new();
    let handle = application("shop", &directory)
        .import(Top)
        .import(Outer)
        .import(shop::ShopModule)
        .start()
        .await
        .expect("a start");
    let reader = handle.container().get::<Reader>().expect("a reader");
    assert_eq!(reader.repo.count() + reader.prices.0, 10);
    handle.shutdown().await.expect("a clean stop");
}

struct Pool(u32);

#[module]
struct PoolModule;

impl PoolModule {
    #[track_caller]
    fn for_root(size: u32) -> DynamicModule {
        DynamicModule::builder::<Self>()
            .provide(Pool(size))
            .export::<Pool>()
            .build()
    }
}

#[module(imports = [PoolModule::for_root(1)])]
struct One;

#[module(imports = [PoolModule::for_root(2)])]
struct Two;

#[test]
fn a_dynamic_module_is_configured_once() {
    let directory = Directory::new();
    let report = application("pools", &directory)
        .import(One)
        .import(Two)
        .check()
        .expect_err("twice")
        .to_string();
    let place = |text: &str| {
        let source = include_str!("s34_discover.rs");
        let line = source.lines().position(|line| line.contains(text)).expect("a line") + 1;
        format!("{}:{line}", file!())
    };
    for part in [
        "1 problem",
        "configured twice",
        "PoolModule",
        &place("for_root(1)])]"),
        &place("for_root(2)])]"),
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let _ = Pool(0).0;
}
