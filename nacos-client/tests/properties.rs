//! What holds for any input.

#![expect(clippy::unwrap_used, reason = "a test ends by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use nacos_client::testing::TestServer;
use nacos_client::transport::{Exchange, Transport};
use nacos_client::{
    ConfigDocument, ConfigKey, DataId, ErrorKind, Group, Instance, NacosClient, Namespace, ServiceKey, ServiceName,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// Gives the same answer to everything.
#[derive(Debug)]
struct Canned(u16, Vec<u8>);

impl Transport for Canned {
    fn exchange(&self, _request: http::Request<Bytes>) -> Exchange<'_> {
        let mut response = http::Response::new(Bytes::from(self.1.clone()));
        *response.status_mut() = http::StatusCode::from_u16(self.0).unwrap();
        Box::pin(async move { Ok(response) })
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(future)
}

/// Everything that decodes an answer.
async fn ask_all(status: u16, body: Vec<u8>) {
    let builder = NacosClient::builder("canned:1").retries(0).credentials("user", "pass");
    let nacos = builder.transport(Arc::new(Canned(status, body))).build().unwrap();
    let (key, instance) = (ConfigKey::new("cipher-aes-a"), Instance::new("s", "10.0.0.1", 1));
    let (naming, admin) = (nacos.naming(), nacos.admin());
    let _ = nacos.config().get(&key).await;
    let _ = naming.list_once(&ServiceKey::new("s")).await;
    let _ = naming.beat_once(&instance).await;
    let _ = admin.get(&key).await;
    let _ = admin.beta(&key).await;
    let _ = admin.history(&key, 1, 10).await;
    let _ = admin.rollback(&key, "1").await;
    let _ = admin.namespaces().await;
    let _ = admin.namespace("n").await;
    let _ = admin.service(&ServiceKey::new("s")).await;
    let _ = admin.members().await;
    if let Err(error) = nacos.ready().await {
        assert!(!error.to_string().is_empty());
    }
}

/// JSON that looks like an answer of Nacos, with anything in its fields.
fn envelope() -> impl Strategy<Value = Vec<u8>> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("JSON", |number| number.is_finite())
            .prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
        Just("[]".to_owned()),
        Just("{}".to_owned()),
        Just(r#"[{"ip":"a","port":1,"metadata":{"k":null}}]"#.to_owned()),
        Just(r#"{"content":"00","encryptedDataKey":"MDAw","md5":null,"lastModified":18446744073709551615}"#.to_owned()),
    ];
    let names = ["code", "message", "data", "status", "error", "accessToken", "tokenTtl"];
    vec((prop::sample::select(names.to_vec()), scalar), 0..6).prop_map(|fields| {
        let fields: Vec<_> = fields
            .into_iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", fields.join(",")).into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_end_in_a_value_or_an_error(status in 100_u16..600, body in vec(any::<u8>(), 0..300)) {
        run(ask_all(status, body));
    }

    #[test]
    fn anything_like_an_answer_ends_in_a_value_or_an_error(status in prop::sample::select(vec![200_u16, 400, 403, 404, 500]), body in envelope()) {
        run(ask_all(status, body));
    }

    #[test]
    fn a_name_that_passes_is_read_back_and_one_that_does_not_names_its_field(text in any::<String>()) {
        for (outcome, field) in [
            (DataId::new(&*text).map(String::from), "data_id"),
            (Group::new(&*text).map(String::from), "group"),
            (Namespace::new(&*text).map(String::from), "namespace"),
            (ServiceName::new(&*text).map(String::from), "service_name"),
        ] {
            match outcome {
                Ok(name) => prop_assert_eq!(name, text.clone()),
                Err(error) => {
                    prop_assert_eq!(error.kind(), ErrorKind::InvalidArgument);
                    prop_assert_eq!(error.field(), Some(field));
                }
            }
        }
    }

    #[test]
    fn any_content_is_read_back_with_its_md5(content in "\\PC{1,200}", name in "[A-Za-z0-9_:.-]{1,40}") {
        prop_assume!(!content.trim().is_empty() && !name.starts_with("cipher-"));
        run(async {
            let server = TestServer::in_process();
            let nacos = server.client().build().unwrap();
            let key = ConfigKey::new(name).group("G");
            nacos.admin().publish(&key, &*content).await.unwrap();
            let document = nacos.config().get(&key).await.unwrap();
            assert_eq!(document.md5, ConfigDocument::md5_of(&content));
            assert_eq!(document.content, content);
        });
    }

    #[test]
    fn any_metadata_and_weight_come_back(
        metadata in btree_map("\\PC{1,20}", "\\PC{0,20}", 0..8),
        weight in 0_u32..=1_000_000,
        port in 1_u16..,
    ) {
        let metadata: BTreeMap<String, String> = metadata;
        run(async {
            let server = TestServer::in_process();
            let nacos = server.client().build().unwrap();
            let mut instance = Instance::new("s", "10.0.0.1", port).weight(f64::from(weight) / 100.0);
            instance.metadata = metadata;
            nacos.naming().register_once(&instance).await.unwrap();
            let found = nacos.naming().list_once(&ServiceKey::new("s")).await.unwrap();
            assert_eq!(found, [instance.namespace("public")]);
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_day_of_beats_and_polls_neither_drifts_nor_grows() {
    const HOURS: usize = 24;
    let life = Duration::from_secs(18_000);
    let server = TestServer::builder().auth("nacos", "secret", life).in_process();
    let nacos = server.client().poll_interval(Duration::from_secs(10)).build().unwrap();
    let key = ConfigKey::new("a");
    server.publish(&key, "0");
    let mut changes = nacos.config().watch(&key);
    let mut services = nacos.naming().watch("s");
    changes.next().await.unwrap();
    let _registration = nacos
        .naming()
        .register(Instance::new("s", "10.0.0.1", 1))
        .await
        .unwrap();
    services.next().await.unwrap();
    let tasks = nacos.status().tasks;
    for hour in 1..=HOURS {
        server.clear_journal();
        tokio::time::sleep(Duration::from_secs(3600)).await;
        let journal = server.journal();
        let count = |part: &str, method: &str| {
            journal
                .iter()
                .filter(|entry| entry.path.ends_with(part) && entry.method == method)
                .count()
        };
        // Every 10 s ± 10 %, and every 5 s ± 10 %.
        assert!(
            (340..380).contains(&count("/config", "GET")),
            "{}",
            count("/config", "GET")
        );
        assert!((340..380).contains(&count("/list", "GET")), "{}", count("/list", "GET"));
        assert!(
            (690..750).contains(&count("/instance", "POST")),
            "{}",
            count("/instance", "POST")
        );
        assert!(count("/login", "POST") <= 1);
        assert!(journal.iter().all(|entry| entry.status == 200));
        assert!(nacos.naming().list_once(&ServiceKey::new("s")).await.unwrap()[0].healthy);
        server.publish(&key, &hour.to_string());
        let changed = format!("{:?}", changes.next().await.unwrap());
        assert!(changed.contains(&format!("content: \"{hour}\"")), "{changed}");
        assert_eq!(nacos.status().tasks, tasks);
    }
    nacos.close().await.unwrap();
    assert!(server.instances(&ServiceKey::new("s")).is_empty());
}
