//! Which source wins, and that each value knows where it comes from.

use bun_server::prelude::*;
use tests::application::{Directory, application, application_with};
use tests::http::Http;
use tests::row::ARRIVED;
use tests::{Row, eventually, holds};

#[injectable]
struct Values {
    #[config_value("sources.word", default = "attribute")]
    word: ConfigValue<String>,
    #[config_center_value(data_id = "values.yaml", key = "own", default = "nothing")]
    live: ConfigValue<String>,
    #[config_center_value(data_id = "values.yaml", key = "own", default = "nothing")]
    at_start: String,
    #[config_center_value(data_id = "values.yaml", key = "list", required = false)]
    list: ConfigValue<Option<Vec<u8>>>,
}

#[controller("/values")]
impl Values {
    #[get("")]
    async fn all(&self) -> String {
        format!(
            "{} {} {} {:?}",
            self.word.get(),
            self.live.get(),
            self.at_start,
            self.list.get()
        )
    }
}

fn values(row: &Row, directory: &Directory, variables: &[(&str, &str)], import: Option<&str>) -> Application {
    let options = import
        .into_iter()
        .fold(row.options(), MicroserviceOptions::config_import);
    application_with("values", directory, variables)
        .config_default("sources.word", "code")
        .controller::<Values>()
        .import(MicroserviceModule::for_root(options))
}

async fn said(application: Application) -> String {
    let handle = application.start().await.expect("a start");
    let said = Http::new().get(handle.address(), "/values").await.body;
    handle.shutdown().await.expect("a clean stop");
    said
}

async fn center_wins_over_variables_over_files_over_code(row: Row) {
    row.publish("sources.yaml", "sources: { word: center }").await;
    let with_file = Directory::new().with("application.yaml", "sources: { word: file }");
    let without = Directory::new();
    let variable = [("BUN_SOURCES__WORD", "variable")];
    let word = async |application| said(application).await.split(' ').next().map(ToOwned::to_owned);
    let strongest = values(&row, &with_file, &variable, Some("sources.yaml"));
    assert_eq!(word(strongest).await.as_deref(), Some("center"));
    assert_eq!(
        word(values(&row, &with_file, &variable, None)).await.as_deref(),
        Some("variable")
    );
    assert_eq!(word(values(&row, &with_file, &[], None)).await.as_deref(), Some("file"));
    assert_eq!(word(values(&row, &without, &[], None)).await.as_deref(), Some("code"));
    let reversed = "config: { precedence: [env, args, file, center, default] }\nsources: { word: file }";
    let reversed = Directory::new().with("application.yaml", reversed);
    assert_eq!(
        word(values(&row, &reversed, &variable, Some("sources.yaml")))
            .await
            .as_deref(),
        Some("variable")
    );
    assert_eq!(
        word(values(&row, &reversed, &[], Some("sources.yaml")))
            .await
            .as_deref(),
        Some("file")
    );
}

async fn a_later_import_wins_and_maps_are_merged(row: Row) {
    row.publish("one.yaml", "sources: { word: one }\nlimits: { page_size: 1 }")
        .await;
    row.publish("two.yaml", "sources: { word: two }").await;
    let directory = Directory::new();
    let options = row.options().config_import("one.yaml").config_import("two.yaml");
    let handle = tests::shop::orders(options, &directory)
        .controller::<Values>()
        .start()
        .await
        .expect("a start");
    let http = Http::new();
    assert!(http.get(handle.address(), "/values").await.body.starts_with("two "));
    assert_eq!(http.get(handle.address(), "/orders").await.body, "no greeting 1");
    handle.shutdown().await.expect("a clean stop");
}

async fn a_document_of_ones_own_is_live_in_a_value_and_a_snapshot_in_a_field(row: Row) {
    row.publish("values.yaml", "own: first\nlist: [1, 2]").await;
    let directory = Directory::new();
    let handle = values(&row, &directory, &[], None).start().await.expect("a start");
    let http = Http::new();
    assert_eq!(
        http.get(handle.address(), "/values").await.body,
        "code first first Some([1, 2])"
    );
    row.publish("values.yaml", "own: second").await;
    eventually(ARRIVED, || async {
        let said = http.get(handle.address(), "/values").await.body;
        holds(said == "code second first None", said)
    })
    .await;
    handle.shutdown().await.expect("a clean stop");
}

async fn without_the_document_the_default_counts_until_it_is_published(row: Row) {
    let directory = Directory::new();
    let handle = values(&row, &directory, &[], None).start().await.expect("a start");
    let http = Http::new();
    assert_eq!(
        http.get(handle.address(), "/values").await.body,
        "code nothing nothing None"
    );
    row.publish("values.yaml", "own: late").await;
    eventually(ARRIVED, || async {
        let said = http.get(handle.address(), "/values").await.body;
        holds(said == "code late nothing None", said)
    })
    .await;
    handle.shutdown().await.expect("a clean stop");
}

async fn a_document_that_must_be_there_is_named_with_what_to_do(row: Row) {
    let directory = Directory::new();
    let started = values(&row, &directory, &[], Some("absent.yaml")).start().await;
    let report = started.expect_err("no document").to_string();
    let remedy = "import it as `optional:absent.yaml`";
    for part in ["absent.yaml does not exist", remedy, row.kind_of_address()] {
        assert!(report.contains(part), "{part}: {report}");
    }
    said(values(&row, &directory, &[], Some("optional:absent.yaml"))).await;
}

async fn a_field_without_default_names_key_document_and_who_asks(row: Row) {
    #[injectable]
    struct Strict {
        #[config_center_value(data_id = "strict.yaml", key = "limits.page_size")]
        page_size: u32,
    }
    #[controller("/strict")]
    impl Strict {
        #[get("")]
        async fn size(&self) -> String {
            self.page_size.to_string()
        }
    }
    let directory = Directory::new();
    let strict = || {
        application("strict", &directory)
            .controller::<Strict>()
            .import(MicroserviceModule::for_root(row.options()))
    };
    row.publish("strict.yaml", "limits:\n  page_sizes: 3\n").await;
    let report = strict().start().await.expect_err("no key").to_string();
    for part in ["limits.page_size", "strict.yaml", "Strict.page_size", file!()] {
        assert!(report.contains(part), "{part}: {report}");
    }
    row.publish("strict.yaml", "limits:\n  page_size: many\n").await;
    let report = strict().start().await.expect_err("no number").to_string();
    for part in [
        "limits.page_size",
        "expected u32",
        "strict.yaml@",
        ":2",
        "Strict.page_size",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
}

tests::rows! {
    everywhere:
        center_wins_over_variables_over_files_over_code,
        a_later_import_wins_and_maps_are_merged,
        a_document_of_ones_own_is_live_in_a_value_and_a_snapshot_in_a_field,
        without_the_document_the_default_counts_until_it_is_published,
        a_document_that_must_be_there_is_named_with_what_to_do,
        a_field_without_default_names_key_document_and_who_asks;
}
