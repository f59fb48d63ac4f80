//! What a type refuses never becomes the current value, and all that is wrong is told at once.

use bun_server::prelude::*;
use garde::Validate;
use serde::Deserialize;
use tests::application::{Directory, application, management};
use tests::http::Http;
use tests::row::ARRIVED;
use tests::{Row, eventually, holds};

#[derive(Debug, Clone, Deserialize, Validate)]
struct Limits {
    #[garde(range(min = 1, max = 500))]
    page_size: u32,
    #[serde(default)]
    #[garde(skip)]
    flags: Vec<String>,
}

#[injectable]
struct Pages {
    #[config_center_value(data_id = "validated.yaml", key = "limits")]
    limits: ConfigValue<Limits>,
    #[config_center_value(data_id = "validated.yaml", key = "limits", required = false)]
    perhaps: ConfigValue<Option<Limits>>,
}

#[controller("/pages")]
impl Pages {
    #[get("")]
    async fn size(&self) -> String {
        let limits = self.limits.get();
        let perhaps = self.perhaps.get().as_ref().as_ref().map(|limits| limits.page_size);
        format!("{} {:?} {perhaps:?}", limits.page_size, limits.flags)
    }
}

fn pages(row: &Row, directory: &Directory) -> Application {
    application("pages", directory)
        .controller::<Pages>()
        .import(MicroserviceModule::for_root(row.options()))
}

async fn a_value_that_is_not_valid_is_refused_and_the_last_good_one_stays(row: Row) {
    row.publish("validated.yaml", "limits: { page_size: 20 }").await;
    let directory = Directory::new();
    let handle = pages(&row, &directory).start().await.expect("a start");
    let http = Http::new();
    row.publish("validated.yaml", "limits:\n  page_size: 900\n  flags: [a]")
        .await;
    eventually(ARRIVED, || async {
        let health = http.get(management(&handle), "/health").await.json();
        let told = health["parts"]["config"].to_string();
        holds(
            told.contains("limits.page_size") && told.contains("line 2") && told.contains("900"),
            told,
        )
    })
    .await;
    assert_eq!(http.get(handle.address(), "/pages").await.body, "20 [] Some(20)");
    row.publish("validated.yaml", "limits: { page_size: 30, flags: [b] }")
        .await;
    eventually(ARRIVED, || async {
        let said = http.get(handle.address(), "/pages").await.body;
        holds(said == "30 [\"b\"] Some(30)", said)
    })
    .await;
    handle.shutdown().await.expect("a clean stop");
}

async fn a_first_value_that_is_not_valid_is_a_start_error(row: Row) {
    row.publish("validated.yaml", "limits: { page_size: 0 }").await;
    let directory = Directory::new();
    let report = pages(&row, &directory).start().await.expect_err("no start").to_string();
    for part in [
        "limits.page_size",
        "it is 0",
        "validated.yaml@",
        "Pages.limits",
        file!(),
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
}

#[tokio::test]
async fn every_problem_of_a_struct_is_told_at_once() {
    #[derive(Deserialize, Debug)]
    #[expect(dead_code, reason = "only read")]
    struct Shop {
        size: u32,
        open: bool,
        name: String,
        pause: std::time::Duration,
    }
    let config = ConfigService::from_yaml("shop:\n  size: many\n  open: 7\n  naem: x\n  pause: soon").expect("YAML");
    let error = config.get::<Shop>("shop").expect_err("four problems");
    let told: Vec<String> = error.each().map(ToString::to_string).collect();
    let told = told.join("\n");
    for part in [
        "shop.size (line 2): invalid type: string \"many\", expected u32",
        "shop.open (line 3): invalid type",
        "shop.name (line 2): missing; `naem` in line 4 looks like it",
        "shop.pause (line 5): invalid type: string \"soon\", expected a duration",
    ] {
        assert!(told.contains(part), "{part}\n--\n{told}");
    }
    assert_eq!(told.lines().count(), 4, "{told}");
}

tests::rows! {
    everywhere:
        a_value_that_is_not_valid_is_refused_and_the_last_good_one_stays,
        a_first_value_that_is_not_valid_is_a_start_error;
}
