//! What the log of an application looks like when its user set none up.

use tests::application::Directory;
use tests::process::Process;
use tests::row::ARRIVED;
use tests::{eventually, holds};

const SLOW_START: &str = env!("CARGO_BIN_EXE_acceptance-slow-start");

/// Everything that an application says between its start and a signal.
async fn said(directory: &Directory, variables: &[(&str, &str)]) -> String {
    let own = [("BUN_SERVER__PORT", "0")];
    let all = own
        .iter()
        .chain(variables)
        .map(|(name, value)| (*name, (*value).to_owned()));
    let mut process = Process::start(SLOW_START, directory.path(), all);
    eventually(ARRIVED, || async {
        let output = process.output();
        holds(output.contains("second starts"), output)
    })
    .await;
    process.signal("TERM").await;
    let ended = process.ended(ARRIVED).await;
    assert_eq!(ended.code(), Some(0), "{}", process.output());
    process.output()
}

const INTERRUPTED: &str = "before the start was complete";

#[tokio::test]
async fn people_read_text_and_machines_read_json() {
    let directory = Directory::new().with("application-prod.yaml", "");
    let human = said(&directory, &[]).await;
    let line = human.lines().find(|line| line.contains(INTERRUPTED)).expect("a line");
    assert!(line.contains(" INFO bun_server::app"), "{line}");
    let json = said(&directory, &[("BUN_PROFILE", "prod")]).await;
    let line = json.lines().find(|line| line.contains(INTERRUPTED)).expect("a line");
    let event: serde_json::Value = serde_json::from_str(line).expect("one JSON object");
    assert_eq!(event["level"], "INFO", "{event}");
    assert!(
        event["message"].as_str().is_some_and(|text| text.contains(INTERRUPTED)),
        "{event}"
    );
    assert!(event["timestamp"].is_string(), "{event}");
    let asked = said(&directory, &[("BUN_PROFILE", "prod"), ("BUN_LOGGING__FORMAT", "human")]).await;
    assert!(
        asked.lines().any(|line| line.contains(" INFO bun_server::app")),
        "{asked}"
    );
}

#[tokio::test]
async fn a_filter_chooses_levels_by_target_and_the_usual_variable_wins() {
    let directory = Directory::new();
    let detail = "construction took";
    let debug = said(&directory, &[("BUN_LOGGING__FILTER", "warn,bun_server::app=debug")]).await;
    assert!(debug.contains(detail) && debug.contains(INTERRUPTED), "{debug}");
    let both = [("BUN_LOGGING__FILTER", "debug"), ("RUST_LOG", "error")];
    let quiet = said(&directory, &both).await;
    assert!(!quiet.contains(detail) && !quiet.contains(INTERRUPTED), "{quiet}");
    let wrong = said(&directory, &[("RUST_LOG", "bun_server=loud")]).await;
    assert!(
        wrong.contains("WARN") && wrong.contains("`bun_server=loud` is no filter"),
        "{wrong}"
    );
}

#[tokio::test]
async fn a_filter_that_is_none_is_told_like_any_other_setting() {
    let directory = Directory::new();
    let variables = [("BUN_LOGGING__FILTER", "bun_server=loud".to_owned())];
    let mut process = Process::start(SLOW_START, directory.path(), variables);
    let ended = process.ended(ARRIVED).await;
    let output = process.output();
    assert_eq!(ended.code(), Some(1), "{output}");
    for part in [
        "logging.filter",
        "is no filter",
        "info,my_crate=debug",
        "BUN_LOGGING__FILTER",
    ] {
        assert!(output.contains(part), "{part}: {output}");
    }
}
