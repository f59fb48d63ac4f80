use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::*;
use crate::config::Secret;
use crate::config::format::{Format, parse};

fn tree(text: &str) -> Node {
    parse(text, Format::Yaml, &Arc::from("t.yaml")).unwrap()
}

fn bind<T: serde::de::DeserializeOwned>(node: &Node, path: &Path, text: Option<&str>) -> Result<T, BindError> {
    super::bind(node, path, text, &SecretPaths::default())
}

#[derive(Debug, Deserialize, PartialEq)]
struct Limits {
    page_size: u32,
    #[serde(default)]
    flags: Vec<String>,
    timeout: Option<Duration>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Fast,
    Slow { by: Duration },
    Named(String),
}

#[test]
fn scalars_become_what_is_asked_for() {
    let limits: Limits = bind(
        &tree("page_size: 20\nflags: [a, 2, true]\ntimeout: 1.5s"),
        &Path::parse(""),
        None,
    )
    .unwrap();
    assert_eq!(limits.flags, ["a", "2", "true"]);
    assert_eq!(limits.timeout, Some(Duration::from_millis(1500)));
    let versions: BTreeMap<String, String> = bind(&tree("api: 1.20\nlib: '3'"), &Path::parse(""), None).unwrap();
    assert_eq!(versions["api"], "1.20");
    let value: serde_json::Value = bind(&tree("a: [1, -2, 1.5, x, '1', true, ~]"), &Path::parse(""), None).unwrap();
    assert_eq!(value, serde_json::json!({"a": [1, -2, 1.5, "x", "1", true, null]}));
    let modes: Vec<Mode> = bind(&tree("[fast, {slow: {by: 3s}}, {named: x}]"), &Path::parse(""), None).unwrap();
    assert_eq!(
        modes,
        [
            Mode::Fast,
            Mode::Slow {
                by: Duration::from_secs(3)
            },
            Mode::Named("x".into())
        ]
    );
    let by_number: BTreeMap<u32, bool> = bind(&tree("1: true"), &Path::parse(""), None).unwrap();
    assert!(by_number[&1]);
}

#[test]
fn errors_name_key_line_and_types() {
    let cases = [
        (
            "limits:\n  page_size: many",
            "limits.page_size (line 2): invalid type: string \"many\", expected u32",
        ),
        (
            "limits:\n  page_size: '20'",
            "limits.page_size (line 2): invalid type: string \"20\", expected u32",
        ),
        ("limits:\n  flags: []", "limits.page_size (line 2): missing"),
        (
            "limits:\n  page_size: 1\n  flags:\n    - {a: b}",
            "limits.flags[0] (line 4): invalid type: map, expected a string",
        ),
        (
            "limits:\n  page_size: 1\n  timeout: 3",
            "limits.timeout (line 3): invalid type: string \"3\", expected a duration",
        ),
        (
            "limits: 5",
            "limits (line 1): invalid type: string \"5\", expected struct Limits",
        ),
    ];
    for (text, message) in cases {
        let root = tree(text);
        let path = Path::parse("limits");
        let error = bind::<Limits>(root.at(&path).unwrap(), &path, None).unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
    }
}

#[test]
fn a_whole_document_may_be_read_as_text() {
    let text = "a: 1\n";
    assert_eq!(bind::<String>(&tree(text), &Path::parse(""), Some(text)).unwrap(), text);
}

#[test]
fn strict_binding_names_every_unknown_key() {
    let root = tree("server:\n  page_sise: 2\n  colour: red\n  page_size: x");
    let path = Path::parse("server");
    let errors = bind_strict::<Limits>(root.at(&path).unwrap(), &path).unwrap_err();
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "server.colour (line 3): unknown key, expected one of `page_size`, `flags`, `timeout`",
            "server.page_sise (line 2): unknown key, did you mean `server.page_size`?",
            "server.page_size (line 4): invalid type: string \"x\", expected u32",
        ]
    );
}

#[test]
fn secrets_stay_out_of_messages() {
    let root = tree("db:\n  pin: hunter2\n  password: hunter2");
    let by_type = bind::<Secret<u32>>(root.at(&Path::parse("db.pin")).unwrap(), &Path::parse("db.pin"), None);
    let by_name = bind::<u32>(
        root.at(&Path::parse("db.password")).unwrap(),
        &Path::parse("db.password"),
        None,
    );
    for error in [by_type.unwrap_err(), by_name.unwrap_err()] {
        assert!(error.to_string().contains("not shown"), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
