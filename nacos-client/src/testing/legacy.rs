//! What is left of version 1 on the recorded servers: long polling, and a few calls beside it.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::incoming::Incoming;
use super::instances::grouped;
use super::listed::list;
use super::reply::{Outcome, Reply};
use super::world::World;
use crate::clock::unix_millis;

pub(super) const LISTENER: &str = "/nacos/v1/cs/configs/listener";
const JSON_TEXT: &str = "application/json;charset=UTF-8";
const PLAIN: &str = "text/plain;charset=UTF-8";

/// How long a listener waits for a change: half a second less than asked, 10 s at least.
pub(super) fn patience(incoming: &Incoming) -> Duration {
    let asked = incoming
        .header("long-pulling-timeout")
        .and_then(|text| text.parse().ok())
        .unwrap_or(30_000);
    Duration::from_millis(asked)
        .saturating_sub(Duration::from_millis(500))
        .max(Duration::from_secs(10))
}

impl World {
    /// The listened configurations whose MD5 is another one now, in the words of the answer.
    pub(super) fn changed_configs(&self, incoming: &Incoming) -> Option<Reply> {
        let listened = incoming
            .parameters
            .get("Listening-Configs")
            .map(String::as_str)
            .unwrap_or_default();
        let mut changed = String::new();
        for line in listened.split('\u{1}').filter(|line| !line.is_empty()) {
            let mut parts = line.split('\u{2}');
            let (Some(data_id), Some(group)) = (parts.next(), parts.next()) else {
                continue;
            };
            let (md5, tenant) = (parts.next().unwrap_or_default(), parts.next());
            let key = (
                tenant.unwrap_or("public").to_owned(),
                group.to_owned(),
                data_id.to_owned(),
            );
            let now = self
                .configs
                .get(&key)
                .filter(|config| config.formal)
                .map_or("", |config| &config.md5);
            if now != md5 {
                changed += &match tenant {
                    Some(tenant) => format!("{data_id}%02{group}%02{tenant}%01"),
                    None => format!("{data_id}%02{group}%01"),
                };
            }
        }
        (!changed.is_empty()).then(|| Reply::raw_text(changed + "\n", JSON_TEXT))
    }

    pub(super) fn unchanged_configs() -> Reply {
        Reply::raw_text(String::new(), JSON_TEXT)
    }

    pub(super) fn v1_config_get(&self, incoming: &Incoming) -> Outcome {
        let key = (
            incoming.or("tenant", "public").to_owned(),
            incoming.or("group", "DEFAULT_GROUP").to_owned(),
            incoming.required("dataId")?.to_owned(),
        );
        let config = self.configs.get(&key);
        let tag = incoming.get("tag").or_else(|| incoming.header("vipserver-tag"));
        if let Some(gray) = tag.and_then(|tag| config?.tags.get(&format!("tag_{tag}"))) {
            return Ok(Reply::raw_text(gray.content.clone(), PLAIN));
        }
        Ok(match config.filter(|config| config.formal) {
            Some(config) => Reply::raw_text(config.content.clone(), PLAIN),
            None => Reply::text_as(404, "config data not exist\n", JSON_TEXT),
        })
    }

    pub(super) fn v1_config_publish(&mut self, incoming: &Incoming) -> Outcome {
        let mut renamed = Incoming {
            file: None,
            json: None,
            method: incoming.method.clone(),
            path: incoming.path.clone(),
            parameters: incoming.parameters.clone(),
            headers: incoming.headers.clone(),
        };
        for (old, new) in [("group", "groupName"), ("tenant", "namespaceId")] {
            if let Some(value) = renamed.parameters.remove(old) {
                renamed.parameters.insert(new.to_owned(), value);
            }
        }
        self.publish(&renamed)?;
        Ok(Reply::raw_text("true".to_owned(), JSON_TEXT))
    }

    pub(super) fn v1_register(&mut self, incoming: &Incoming, now: Instant) -> Outcome {
        self.register_or_beat(incoming, now)?;
        Ok(Reply::raw_text("ok".to_owned(), PLAIN))
    }

    pub(super) fn v1_list(&self, incoming: &Incoming, now: Instant) -> Outcome {
        let name = incoming.required("serviceName")?;
        let key = (
            incoming.namespace().to_owned(),
            incoming.group().to_owned(),
            name.to_owned(),
        );
        let hosts = self
            .services
            .get(&key)
            .map(|service| list(&key, service, &[], now))
            .unwrap_or_default();
        Ok(Reply::raw(&json!({
            "name": grouped(&key), "groupName": key.1, "clusters": "", "cacheMillis": 10000, "hosts": hosts,
            "lastRefTime": unix_millis(), "checksum": "", "allIps": false, "reachProtectionThreshold": false,
            "valid": true,
        })))
    }

    pub(super) fn v1_beat() -> Outcome {
        Ok(Reply::raw(
            &json!({ "clientBeatInterval": 5000, "code": 10200, "lightBeatEnabled": true }),
        ))
    }

    pub(super) fn v1_login(&mut self, incoming: &Incoming, now: Instant) -> Reply {
        let reply = self.login(incoming, now);
        if reply.status == 200 {
            reply
        } else {
            let message = "Handle API Compatibility failed, please see log for detail.";
            Reply::spring(500, message, &incoming.path)
        }
    }
}

/// What version 2 answers since it was switched off.
pub(super) fn gone(replacement: &str, path: &str) -> Outcome {
    let message = format!(
        r#"{{"code":40000,"message":"Current API will be deprecated, please use API(s) `GET ${{contextPath:nacos}}{replacement}` instead, or set `nacos.core.api.compatibility.admin.enabled=true` in application.properties."}}"#
    );
    Err(Reply::spring(410, &message, path))
}
