//! Every source of the machine, and the answer to "where does this come from".

use bun_server::prelude::*;
use tests::application::{Directory, application_with, management};
use tests::http::Http;

fn shop(directory: &Directory, variables: &[(&str, &str)]) -> Application {
    application_with("shop", directory, variables)
}

#[tokio::test]
async fn operators_see_every_value_with_its_origin_and_no_secret() {
    let directory = Directory::new()
        .with(
            "application.toml",
            "title = \"shop\"\n[db]\nurl = \"sql://${db.password}@${HOST_NAME}\"\npassword = \"hunter2\"\n",
        )
        .with("application-cn.properties", "title=\\u5546\\u5e97\n")
        .with("application-dev.yaml", "extra: ${title}")
        .with(".env", "HOST_NAME=here\n");
    let handle = shop(&directory, &[("BUN_PROFILE", "dev,cn")])
        .arguments(["--limits.page_size=7", "own"])
        .start()
        .await
        .expect("a start");
    let http = Http::new();
    let all = http.get(management(&handle), "/config").await;
    assert!(!all.body.contains("hunter2"), "{}", all.body);
    let values = all.json();
    let of = |path: &str| {
        let values = values["values"].as_array().expect("values");
        let value = values.iter().find(|value| value["path"] == path).cloned();
        value.unwrap_or_default()
    };
    assert_eq!(of("limits.page_size")["origin"], "args:--limits.page_size");
    assert_eq!(of("db.url")["value"], "******");
    assert_eq!(of("extra")["value"], of("title")["value"]);
    assert_eq!(values["precedence"][0], "center");
    let why = http.get(management(&handle), "/config/limits.page_size").await.json();
    assert_eq!(why["value"], "7");
    assert_eq!(why["candidates"][0]["kind"], "args");
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn a_slip_in_a_profile_an_argument_or_a_reference_is_told_in_one_report() {
    let directory = Directory::new()
        .with("application.yaml", "a: ${b.c}\nb: { c: '${d}' }\nd: ${b.c}\n")
        .with("application-prod.yaml", "{}");
    let report = shop(&directory, &[("BUN_PROFILE", "prd")])
        .arguments(["--server.prot=1", "--sever.port=2", "--no.value"])
        .start()
        .await
        .expect_err("no start")
        .to_string();
    for part in [
        "profile `prd`",
        "`dev`, `prod`",
        "did you mean `server.port`",
        "args:--server.prot",
        "args:--sever.port",
        "--no.value=..",
        "b.c → d → b.c",
        "application.yaml:2",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
}
