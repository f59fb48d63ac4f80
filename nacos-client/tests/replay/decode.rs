//! Every captured answer through the client: the typed value is compared with the raw one, the class of each error
//! with `tests/captures/understood.txt`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use nacos_client::transport::{Exchange, Transport};
use nacos_client::{Beat, ConfigKey, Error, Instance, NacosClient, ServiceKey};
use serde_json::Value;

use crate::capture::{Capture, read};

/// Gives the captured answer to whatever is asked; after a login, "not found" to the call behind it.
#[derive(Debug)]
struct Canned {
    login: bool,
    status: u16,
    content_type: Option<String>,
    body: String,
}

impl Transport for Canned {
    fn exchange(&self, request: http::Request<Bytes>) -> Exchange<'_> {
        let is_login = request.uri().path().ends_with("/login");
        let (status, body) = if self.login && !is_login {
            (200, r#"{"code":20004,"message":"resource not found","data":null}"#)
        } else {
            (self.status, &*self.body)
        };
        let mut response = http::Response::builder().status(status);
        if let Some(content_type) = &self.content_type {
            response = response.header("content-type", content_type);
        }
        let response = response.body(Bytes::from(body.to_owned())).unwrap();
        Box::pin(async move { Ok(response) })
    }
}

pub(crate) async fn understand(version: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/understood.txt");
    let text = std::fs::read_to_string(file).unwrap();
    let expected: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(": ")).collect();
    let mut wrong = Vec::new();
    for capture in read(version) {
        let understood = match ask(&capture).await {
            Ok(text) => text,
            Err(error) => format!(
                "{:?} {}",
                error.kind(),
                error.code().map_or_else(String::new, |code| code.to_string())
            ),
        };
        let understood = understood.trim_end();
        let own = format!("{} on {version}", capture.name);
        let wanted = expected.get(&*own).or_else(|| expected.get(&*capture.name)).copied();
        if wanted != Some(understood) {
            wrong.push(format!("{}: {understood}", capture.name));
        }
    }
    assert!(
        wrong.is_empty(),
        "understood otherwise, {}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

async fn ask(capture: &Capture) -> Result<String, Error> {
    let (request, response) = (&capture.request, &capture.response);
    let login = request.method == "POST" && request.path.ends_with("/login");
    let canned = Canned {
        login,
        status: response.status,
        content_type: response.header("content-type").map(str::to_owned),
        body: response.body.clone().unwrap_or_default(),
    };
    let raw: Value = serde_json::from_str(&canned.body).unwrap_or_default();
    let builder = NacosClient::builder("canned:1").retries(0).transport(Arc::new(canned));
    let builder = if login {
        builder.credentials("nacos", "x")
    } else {
        builder
    };
    let nacos = builder.build()?;
    let data = &raw["data"];
    let beat = request.form().contains_key("heartBeat") || request.query().contains_key("heartBeat");
    let key = ConfigKey::new("a");
    let instance = Instance::new("s", "10.0.0.1", 1);
    let path = request.path.trim_start_matches("/nacos");
    match (&*request.method, path) {
        ("POST", path) if path.ends_with("/login") => {
            let _ = nacos.config().get(&key).await;
            let token = nacos.status().token.unwrap_or_default();
            return Ok(if token.starts_with("valid") {
                "token".to_owned()
            } else {
                "no token".to_owned()
            });
        }
        ("GET", "/v3/client/cs/config") => check_document(&nacos.config().get(&key).await?, data),
        ("POST", "/v3/client/ns/instance") if beat => match nacos.naming().beat_once(&instance).await? {
            Beat::Renewed => return Ok("renewed".to_owned()),
            _ => return Ok("unknown".to_owned()),
        },
        ("POST", "/v3/client/ns/instance") => nacos.naming().register_once(&instance).await?,
        ("DELETE", "/v3/client/ns/instance") => nacos.naming().deregister_once(&instance).await?,
        ("GET", "/v3/client/ns/instance/list") => {
            check_instances(&nacos.naming().list_once(&ServiceKey::new("s")).await?, data);
        }
        ("GET", "/v3/admin/cs/config") => {
            let published = nacos.admin().get(&key).await?;
            assert_eq!(
                (&*published.id, &*published.document.content),
                (text(data, "id"), text(data, "content"))
            );
            assert_eq!(published.document.md5, text(data, "md5"));
        }
        ("POST", "/v3/admin/cs/config") => nacos.admin().publish(&key, "x").await?,
        ("DELETE", "/v3/admin/cs/config") => nacos.admin().delete(&key).await?,
        ("GET", "/v3/admin/core/namespace/list") => {
            let namespaces = nacos.admin().namespaces().await?;
            let ids: Vec<_> = namespaces.iter().map(|namespace| &*namespace.id).collect();
            let raw: Vec<_> = data
                .as_array()
                .unwrap()
                .iter()
                .map(|item| text(item, "namespace"))
                .collect();
            assert_eq!(ids, raw);
        }
        ("GET", "/v3/admin/ns/service/list") if !request.query().contains_key("withInstances") => {
            let page = nacos.admin().services(1, 10).await?;
            assert_eq!(page.items.len(), data["pageItems"].as_array().unwrap().len());
            assert_eq!(Some(page.total), data["totalCount"].as_u64());
        }
        _ => nacos.ready().await?,
    }
    Ok("ok".to_owned())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn check_document(document: &nacos_client::ConfigDocument, raw: &Value) {
    assert_eq!(document.content, text(raw, "content"));
    assert_eq!(document.md5, text(raw, "md5"));
    assert_eq!(document.content_type.as_deref(), raw["contentType"].as_str());
    assert_eq!(
        document.encrypted_data_key.as_deref().unwrap_or_default(),
        text(raw, "encryptedDataKey")
    );
    assert_eq!(Some(document.beta), raw["beta"].as_bool());
    let modified = SystemTime::UNIX_EPOCH + Duration::from_millis(raw["lastModified"].as_u64().unwrap());
    assert_eq!(document.last_modified, Some(modified));
}

fn check_instances(instances: &[Instance], raw: &Value) {
    let raw = raw.as_array().unwrap();
    assert_eq!(instances.len(), raw.len());
    for (instance, raw) in instances.iter().zip(raw) {
        assert_eq!(instance.ip, text(raw, "ip"));
        assert_eq!(Some(u64::from(instance.port)), raw["port"].as_u64());
        assert_eq!(Some(instance.weight), raw["weight"].as_f64());
        assert_eq!(Some(instance.healthy), raw["healthy"].as_bool());
        assert_eq!(Some(instance.ephemeral), raw["ephemeral"].as_bool());
        assert_eq!(instance.cluster, text(raw, "clusterName"));
        assert_eq!(
            format!("{}@@{}", instance.group, instance.service),
            text(raw, "serviceName")
        );
        assert_eq!(instance.instance_id.as_deref(), raw["instanceId"].as_str());
        let metadata: BTreeMap<String, String> = raw["metadata"]
            .as_object()
            .unwrap()
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect();
        assert_eq!(instance.metadata, metadata);
    }
}
