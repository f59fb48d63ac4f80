use std::sync::Arc;

use super::*;
use crate::config::tree::Scalar;

fn source() -> Arc<str> {
    Arc::from("test.yaml")
}

fn scalar<'a>(node: &'a Node, path: &str) -> &'a Scalar {
    match &node.at(&Path::parse(path)).unwrap().value {
        Value::Scalar(scalar) => scalar,
        other => panic!("{path} is {other:?}"),
    }
}

#[test]
fn yaml_keeps_text_and_lines() {
    let text = "app:\n  版本: 1.20\n  port: \"80\"\nlist:\n  - a\n  - b: 你好\nempty:\n";
    let root = parse(text, Format::Yaml, &source()).unwrap();
    assert_eq!(
        scalar(&root, "app.版本"),
        &Scalar {
            text: "1.20".into(),
            quoted: false,
            secret: false
        }
    );
    assert_eq!(
        scalar(&root, "app.port"),
        &Scalar {
            text: "80".into(),
            quoted: true,
            secret: false
        }
    );
    assert_eq!(scalar(&root, "list[1].b").text, "你好");
    assert_eq!(
        root.at(&Path::parse("list[1].b")).unwrap().origin.to_string(),
        "test.yaml:6"
    );
    assert!(matches!(root.at(&Path::parse("empty")).unwrap().value, Value::Null));
}

#[test]
fn json_gives_the_same_tree_with_lines() {
    let text = "{\n \"limits\": {\n  \"page_size\": 20, \"name\": \"\\ud83d\\ude00\" },\n \"flags\": [true, null]\n}";
    let root = parse(text, Format::Json, &source()).unwrap();
    assert_eq!(
        scalar(&root, "limits.page_size"),
        &Scalar {
            text: "20".into(),
            quoted: false,
            secret: false
        }
    );
    assert_eq!(
        scalar(&root, "limits.name"),
        &Scalar {
            text: "😀".into(),
            quoted: true,
            secret: false
        }
    );
    assert_eq!(root.at(&Path::parse("flags[0]")).unwrap().origin.line(), Some(4));
}

#[test]
fn dots_in_keys_are_levels_and_brackets_quote_them() {
    let root = parse(
        "server.port: 80\nserver:\n  address: x\nlevels:\n  \"[my.crate]\": debug",
        Format::Yaml,
        &source(),
    )
    .unwrap();
    assert_eq!(scalar(&root, "server.port").text, "80");
    assert_eq!(scalar(&root, "server.address").text, "x");
    assert_eq!(scalar(&root, "levels[my.crate]").text, "debug");
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let cases = [
        (
            Format::Yaml,
            "a: 1\nb: 2\na: 3",
            3,
            "`a` is given twice, first in line 1",
        ),
        (Format::Yaml, "a.b: 1\na:\n  b: 2", 3, "given twice"),
        (Format::Yaml, "a: [1, 2", 1, ""),
        (Format::Yaml, "a: 1\n---\nb: 2", 2, "second document"),
        (Format::Yaml, "base: &x { a: 1 }\ncopy:\n  <<: *x", 3, "merge keys"),
        (Format::Json, "{\n \"a\": 1,\n \"a\": 2 }", 3, "given twice"),
        (Format::Json, "{ \"a\": }", 1, "expected value"),
        (Format::Yaml, "a: 1\nb: \0", 2, "NUL"),
    ];
    for (format, text, line, message) in cases {
        let error = parse(text, format, &source()).unwrap_err();
        assert!(error.message().contains(message), "{text:?}: {error}");
        assert_eq!(error.origin().line(), Some(line), "{text:?}: {error}");
    }
}

#[test]
fn small_texts_cannot_become_large_trees() {
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for level in 1..9 {
        let before = level - 1;
        let aliases = vec![format!("*a{before}"); 10].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    assert!(
        parse(&bomb, Format::Yaml, &source())
            .unwrap_err()
            .message()
            .contains("more than 200000")
    );
    let deep = format!("{}1{}", "[".repeat(70), "]".repeat(70));
    assert!(
        parse(&deep, Format::Yaml, &source())
            .unwrap_err()
            .message()
            .contains("deeper than 64")
    );
    assert!(
        parse(&deep, Format::Json, &source())
            .unwrap_err()
            .message()
            .contains("deeper than 64")
    );
    assert!(parse(&"[".repeat(100_000), Format::Json, &source()).is_err());
    assert!(parse(&"[".repeat(100_000), Format::Yaml, &source()).is_err());
}

#[test]
fn bom_crlf_and_empty_documents_are_read() {
    assert_eq!(
        scalar(
            &parse("\u{feff}a: 1\r\nb: 2\r\n", Format::Yaml, &source()).unwrap(),
            "b"
        )
        .text,
        "2"
    );
    assert_eq!(parse("", Format::Yaml, &source()).unwrap().keys().count(), 0);
    assert_eq!(
        parse("# only a comment\n", Format::Yaml, &source())
            .unwrap()
            .keys()
            .count(),
        0
    );
    assert_eq!(parse(" ", Format::Json, &source()).unwrap().keys().count(), 0);
}

#[test]
fn the_format_follows_the_type_then_the_name() {
    assert_eq!(Format::detect(Some("yaml"), "a.json"), Format::Yaml);
    assert_eq!(
        Format::detect(Some("application/json; charset=utf-8"), "a"),
        Format::Json
    );
    assert_eq!(Format::detect(Some("text"), "a.yml"), Format::Yaml);
    assert_eq!(Format::detect(None, "notice"), Format::Text);
    assert_eq!(Format::detect(None, "a.toml"), Format::Toml);
}
