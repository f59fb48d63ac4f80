//! What the documentation promises beside the calls themselves.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use nacos_client::testing::TestServer;
use nacos_client::{ConfigKey, ErrorKind, Instance};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

use crate::site::Site;

cases![
    another_context_path_is_told_as_such,
    a_display_name_in_place_of_an_id_is_recognised,
];

async fn another_context_path_is_told_as_such(site: Site) {
    for path in ["/elsewhere", ""] {
        let nacos = site.builder().context_path(path).build().unwrap();
        let error = nacos.config().get(&ConfigKey::new("a")).await.unwrap_err();
        let said = error.to_string();
        // With credentials it is the login that meets the wrong path.
        assert!(
            matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Unauthorized) && said.contains("context path"),
            "{path}: {:?} {said}",
            error.kind()
        );
    }
    for path in ["nacos", "/nacos/"] {
        let nacos = site.builder().context_path(path).build().unwrap();
        nacos.ready().await.unwrap();
    }
    let refused = site.builder().context_path("/../x").build().unwrap_err();
    assert_eq!(refused.field(), Some("context_path"));
}

async fn a_display_name_in_place_of_an_id_is_recognised(site: Site) {
    let admin = site.client().admin();
    let name = format!("name-{}", site.namespace);
    admin.create_namespace(&site.namespace, &name, "").await.unwrap();
    let nacos = site.builder().namespace(&name).build().unwrap();
    let key = ConfigKey::new("a");
    let told = nacos.config().get(&key).await.unwrap_err();
    assert!(told.is_not_found());
    assert!(
        told.to_string().contains(&format!("whose id is `{}`", site.namespace)),
        "{told}"
    );
    let again = nacos.config().get(&key).await.unwrap_err();
    assert!(
        !again.to_string().contains("whose id is"),
        "asked and told once: {again}"
    );
    let by_id = site.client().config().get(&key).await.unwrap_err();
    assert!(!by_id.to_string().contains("whose id is"), "{by_id}");
    admin.delete_namespace(&site.namespace).await.unwrap();
}

#[tokio::test]
async fn every_request_says_who_asks_and_has_an_id_of_its_own() {
    let server = TestServer::start().await.unwrap();
    let nacos = server.client().build().unwrap();
    let _ = nacos.config().get(&ConfigKey::new("a")).await;
    nacos
        .naming()
        .register_once(&Instance::new("s", "10.0.0.1", 1))
        .await
        .unwrap();
    nacos.ready().await.unwrap();
    let journal = server.journal();
    assert_eq!(journal.len(), 3);
    let mut ids = Vec::new();
    for request in &journal {
        let agent = &request.headers["user-agent"];
        assert!(agent.starts_with("Nacos-Rust-Client:v"), "{agent}");
        let id = &request.headers["requestid"];
        assert!(
            id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{id}"
        );
        ids.push(id.clone());
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

/// Keeps what is said.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<String>>>);

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            said.push(format!("{value:?}"));
        }
    }
}

impl Subscriber for Said {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn a_drop_without_close_says_so_once_and_leaves_no_task() {
    let server = TestServer::start().await.unwrap();
    let (dropped, closed) = (server.client().build().unwrap(), server.client().build().unwrap());
    let mut registrations = Vec::new();
    for (nacos, port) in [(&dropped, 1), (&dropped, 2), (&closed, 3)] {
        let instance = Instance::new("s", "10.0.0.1", port);
        registrations.push(nacos.naming().register(instance).await.unwrap());
    }
    let watch = dropped.config().watch(&ConfigKey::new("a"));
    closed.close().await.unwrap();
    let said = Said::default();
    tracing::subscriber::with_default(said.clone(), || {
        drop((dropped.clone(), closed));
        drop(watch);
        drop(registrations);
        drop(dropped);
    });
    let said = said.0.lock().unwrap().clone();
    let about: Vec<_> = said.iter().filter(|line| line.contains("without `close`")).collect();
    assert_eq!(about.len(), 1, "{said:?}");
    // What the loops held is free again, and nothing asks the server any more.
    server.clear_journal();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(server.journal().is_empty());
}
