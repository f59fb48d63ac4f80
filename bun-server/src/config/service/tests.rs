use super::*;
use crate::config::LocalSources;
use crate::config::section::LocalOnly;

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only bound")]
struct Server {
    port: Option<u16>,
    address: Option<String>,
}

const SECTIONS: &[Section] = &[
    Section::of::<Server>("server", LocalOnly::Keys(&["port"])),
    Section::of::<serde::de::IgnoredAny>("config", LocalOnly::Everything),
];

fn document(content: &str) -> DocumentContent {
    DocumentContent {
        label: "nacos dev/ORDERS/order.yaml".into(),
        md5: format!("{:0>32}", content.len()),
        content: Arc::from(content),
        content_type: Some("yaml".into()),
    }
}

fn service(file: &str, variables: &[(&str, &str)]) -> ConfigService {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut sources = LocalSources {
        directory: "nowhere".into(),
        variables,
        ..LocalSources::default()
    };
    let (mut local, problems) = sources.read();
    assert!(problems.is_empty(), "{problems:?}");
    let tree = format::parse(file, Format::Yaml, &Arc::from("application.yaml")).unwrap();
    let kind = SourceKind::File;
    local.layers.push(Layer { kind, tree });
    let service = ConfigService::new(local, SECTIONS);
    service.import(vec![ConfigKey::new("order.yaml")]);
    service
}

#[test]
fn the_roadmaps_precedence_and_every_origin() {
    let config = service("a: file\nb: file\nc: file", &[("BUN_X__Y", "env"), ("BUN_X__Z", "env")]);
    config
        .apply(&"order.yaml".into(), Some(&document("a: center\nx: { y: center }")))
        .unwrap();
    assert_eq!(config.get::<String>("a").unwrap(), "center");
    assert_eq!(config.get::<String>("b").unwrap(), "file");
    assert_eq!(config.get::<String>("x.y").unwrap(), "center");
    assert_eq!(config.get::<String>("x.z").unwrap(), "env");
    assert_eq!(
        config.origin("a").unwrap().to_string(),
        "nacos dev/ORDERS/order.yaml@0000…:1"
    );
    assert_eq!(config.origin("b").unwrap().to_string(), "application.yaml:2");
    assert_eq!(config.origin("x.z").unwrap().to_string(), "env:BUN_X__Z");
}

#[test]
fn the_precedence_is_a_setting() {
    let config = service(
        "x: { y: file }\nconfig: { precedence: [env, file, center, args, default] }",
        &[("BUN_X__Y", "env")],
    );
    config
        .apply(&"order.yaml".into(), Some(&document("x: { y: center, z: center }")))
        .unwrap();
    assert_eq!(config.get::<String>("x.y").unwrap(), "env");
    assert_eq!(config.get::<String>("x.z").unwrap(), "center");
}

#[test]
fn values_follow_and_the_last_good_one_stays() {
    let config = service("limits: { page_size: 10 }", &[]);
    let size = config.value::<u32>("limits.page_size").unwrap();
    let key = ConfigKey::new("order.yaml");
    let applied = config
        .apply(&key, Some(&document("limits: { page_size: 20 }")))
        .unwrap();
    assert_eq!(applied.changes[0].to_string(), "limits.page_size = 20");
    assert_eq!(*size.get(), 20);
    let refusal = config
        .apply(&key, Some(&document("limits:\n  page_size: many")))
        .unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "config order.yaml@0000… refused: limits.page_size (line 2): invalid type: string \"many\", expected u32; keeping @0000…"
    );
    assert!(config.apply(&key, Some(&document("limits: ["))).is_err());
    assert_eq!((*size.get(), config.revision()), (20, 2));
    config.apply(&key, None).unwrap();
    assert_eq!(*size.get(), 10);
}

#[test]
fn a_removal_that_would_leave_a_value_without_source_is_refused() {
    let config = service("", &[]);
    let key = ConfigKey::new("order.yaml");
    config.apply(&key, Some(&document("a: 1"))).unwrap();
    let value = config.value::<u32>("a").unwrap();
    assert!(config.apply(&key, None).unwrap_err().to_string().contains("a: missing"));
    assert_eq!(*value.get(), 1);
}

#[tokio::test]
async fn cursors_see_changes_of_their_value_only() {
    let config = service("a: 1\nb: 1", &[]);
    let value = config.value::<u32>("a").unwrap();
    let mut cursor = value.subscribe();
    config.apply(&"order.yaml".into(), Some(&document("b: 2"))).unwrap();
    config
        .apply(&"order.yaml".into(), Some(&document("b: 2\na: 5")))
        .unwrap();
    assert_eq!(*cursor.next().await, 5);
    let mut next = Box::pin(cursor.next());
    let waits = std::future::poll_fn(|context| std::task::Poll::Ready(next.as_mut().poll(context).is_pending())).await;
    assert!(waits);
}

#[test]
fn documents_cannot_set_what_is_local_and_unknown_keys_are_named() {
    let config = service("server: { port: 80 }", &[]);
    let content = "server: { port: 1, adress: x }\nconfig: { precedence: [] }";
    let applied = config.apply(&"order.yaml".into(), Some(&document(content))).unwrap();
    assert_eq!(config.get::<u16>("server.port").unwrap(), 80);
    assert_eq!(
        applied.warnings,
        [
            "server.port is left out: only local sources may set it",
            "server.adress (line 1): unknown key, did you mean `server.address`?",
            "config is left out: only local sources may set it",
        ]
    );
}

#[test]
fn slips_in_section_names_are_found_unless_somebody_reads_them() {
    let config = service("sever: { port: 9000 }\ngreeting: hi", &[]);
    let errors = config.misspelt_sections(&["greeting"]);
    assert_eq!(
        errors[0].to_string(),
        "sever.port (line 1): unknown key, did you mean `server.port`?"
    );
    assert_eq!(errors.len(), 1);
    assert!(config.misspelt_sections(&["sever.port"]).is_empty());
}

#[test]
fn dropped_values_are_not_followed() {
    let config = service("a: 1", &[]);
    drop(config.value::<u32>("a").unwrap());
    config
        .apply(&"order.yaml".into(), Some(&document("a: not a number")))
        .unwrap();
}

#[test]
fn references_lead_from_any_source_to_any_other() {
    let config = service(
        "base: http://${host}:${server.port}\nport: ${server.port}\nhost: h\nserver: { port: 80 }\nnone: ${no.such:x}\nkept: $${a}",
        &[("BUN_X__Y", "${base}/y")],
    );
    assert_eq!(config.get::<String>("base").unwrap(), "http://h:80");
    assert_eq!(config.get::<u16>("port").unwrap(), 80);
    assert_eq!(config.get::<String>("x.y").unwrap(), "http://h:80/y");
    assert_eq!(config.get::<String>("none").unwrap(), "x");
    assert_eq!(config.get::<String>("kept").unwrap(), "${a}");
    assert!(config.settle().is_empty());
    let follows = config.value::<String>("base").unwrap();
    config
        .apply(
            &"order.yaml".into(),
            Some(&document("host: center\nown: ${server.port}")),
        )
        .unwrap();
    assert_eq!(*follows.get(), "http://center:80");
    let own = ConfigKey::new("order.yaml");
    let root = &config.document(&own).unwrap().root;
    assert!(matches!(&root.at(&Path::parse("own")).unwrap().value, Value::Scalar(scalar) if scalar.text == "80"));
}

#[test]
fn circles_are_named_whole_and_refused_in_documents() {
    let config = service("a: { x: '${b.x}' }\nb: { x: '${c.x}' }\nc: { x: '${a.x}' }", &[]);
    let told = config.settle()[0].to_string();
    assert!(told.contains("a.x → b.x → c.x → a.x"), "{told}");
    let error = config.get::<String>("a.x").unwrap_err().to_string();
    assert!(error.contains("in a circle"), "{error}");

    let config = service("a: 1", &[]);
    config.settle();
    let refused = config
        .apply(&"order.yaml".into(), Some(&document("b: ${no.such}\nc: ${HOME}")))
        .unwrap_err();
    let told = refused.to_string();
    assert!(told.contains("no.such") && told.contains("HOME is not set"), "{told}");
    assert!(config.get::<String>("b").is_err());
}

#[test]
fn what_is_made_of_a_secret_is_one() {
    let config = service("db: { password: hunter2, url: 'sql://me:${db.password}@h' }", &[]);
    assert_eq!(config.get::<String>("db.url").unwrap(), "sql://me:hunter2@h");
    let shown = format!("{:?} {}", config.effective(), config.explain("db.password"));
    assert!(!shown.contains("hunter2"), "{shown}");
    let error = config.get::<u32>("db.url").unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn every_candidate_is_explained() {
    let config = service("server: { port: 80 }", &[("BUN_SERVER__PORT", "90")]);
    let told = config.explain("server.port");
    assert_eq!(
        told.to_string(),
        "server.port = 90\n → env:BUN_SERVER__PORT   90\n   application.yaml:1   80\n   `env` stands before `file` in config.precedence"
    );
    assert_eq!(config.explain("no.such").value, None);
}
