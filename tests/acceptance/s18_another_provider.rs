//! Another provider is one line of configuration; one that is not there is named with what to do.

use bun_server::prelude::*;
use tests::application::{Directory, application, application_with};
use tests::http::Http;
use tests::row::ARRIVED;
use tests::shop::OrderModule;
use tests::{Row, eventually, holds};

fn orders(directory: &Directory, variables: &[(&str, &str)]) -> Application {
    application_with("order-service", directory, variables)
        .import(OrderModule)
        .import(MicroserviceModule::from_config())
}

#[tokio::test]
async fn a_scheme_that_nobody_has_is_refused_with_those_that_are_known() {
    let directory = Directory::new();
    let consul = ("BUN_SERVICE_REGISTRY__URL", "consul://127.0.0.1:8500");
    let report = orders(&directory, &[consul])
        .start()
        .await
        .expect_err("no consul")
        .to_string();
    for part in [
        "consul://",
        "`memory://`",
        "`nacos://`",
        "from        service_registry.url",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let slip = ("BUN_CONFIG_CENTER__URL", "nacso://127.0.0.1:8848");
    let report = orders(&directory, &[slip])
        .start()
        .await
        .expect_err("a slip")
        .to_string();
    assert!(report.contains("did you mean `nacos://`"), "{report}");
}

#[tokio::test]
async fn both_wrong_urls_are_told_at_once() {
    let directory = Directory::new();
    let both = [
        ("BUN_CONFIG_CENTER__URL", "vault://x"),
        ("BUN_SERVICE_REGISTRY__URL", "consul://x"),
    ];
    let report = orders(&directory, &both).check().expect_err("two problems").to_string();
    assert!(report.contains("2 problems"), "{report}");
}

#[tokio::test]
async fn credentials_in_a_url_are_refused_without_being_shown() {
    let directory = Directory::new();
    let url = ("BUN_CONFIG_CENTER__URL", "nacos://nacos:hunter2@127.0.0.1:8848");
    let report = orders(&directory, &[url])
        .start()
        .await
        .expect_err("credentials")
        .to_string();
    assert!(report.contains("`password`") && !report.contains("hunter2"), "{report}");
}

#[tokio::test]
async fn an_unknown_option_of_a_url_is_refused_with_what_was_meant() {
    let directory = Directory::new();
    let url = ("BUN_CONFIG_CENTER__URL", "nacos://127.0.0.1:8848?namespaces=dev");
    let report = orders(&directory, &[url])
        .start()
        .await
        .expect_err("an option")
        .to_string();
    assert!(report.contains("did you mean `namespace`"), "{report}");
}

#[tokio::test]
async fn a_directory_of_documents_is_followed_like_a_server() {
    let directory = Directory::new()
        .with(
            "application.yaml",
            "config_center: { url: \"file://.\", import: [order.yaml], poll_interval: 200ms }",
        )
        .with("order.yaml", "greeting: from a file");
    let handle = orders(&directory, &[]).start().await.expect("a start");
    let http = Http::new();
    assert_eq!(http.get(handle.address(), "/orders").await.body, "from a file 10");
    directory.write("order.yaml", "greeting: edited");
    eventually(ARRIVED, || async {
        let said = http.get(handle.address(), "/orders").await.body;
        holds(said == "edited 10", said)
    })
    .await;
    handle.shutdown().await.expect("a clean stop");
}

async fn everything_from_the_file_is_the_same_as_from_code(row: Row) {
    row.publish("order.yaml", "greeting: from the url").await;
    let mut variables = row.variables();
    variables.push(("BUN_MANAGEMENT__PORT", "0".to_owned()));
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let directory = Directory::new().with("application.yaml", "config_center: { import: [order.yaml] }");
    let handle = orders(&directory, &variables).start().await.expect("a start");
    assert_eq!(
        Http::new().get(handle.address(), "/orders").await.body,
        "from the url 10"
    );
    row.registered("order-service", 1).await;
    handle.shutdown().await.expect("a clean stop");
    row.registered("order-service", 0).await;
}

tests::rows! {
    on_nacos: everything_from_the_file_is_the_same_as_from_code;
}

#[tokio::test]
async fn a_config_center_alone_brings_no_registry_and_the_reverse() {
    #[injectable]
    struct Probe {
        config: Option<Arc<dyn ConfigCenter>>,
        registry: Option<Arc<dyn ServiceRegistry>>,
    }
    #[controller("/probe")]
    impl Probe {
        #[get("")]
        async fn probe(&self) -> String {
            format!("{} {}", self.config.is_some(), self.registry.is_some())
        }
    }
    let directory = Directory::new();
    let said = async |application: Application| {
        let handle = application.controller::<Probe>().start().await.expect("a start");
        let said = Http::new().get(handle.address(), "/probe").await.body;
        handle.shutdown().await.expect("a clean stop");
        said
    };
    let probe = || application("probe", &directory);
    assert_eq!(said(probe()).await, "false false");
    assert_eq!(
        said(probe().import(ConfigCenterModule::from_config())).await,
        "true false"
    );
    assert_eq!(
        said(probe().import(ServiceRegistryModule::from_config())).await,
        "false true"
    );
    assert_eq!(
        said(probe().import(MicroserviceModule::from_config())).await,
        "true true"
    );
}
