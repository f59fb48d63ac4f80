//! `/v3/admin/ns/client`: the publishers behind the instances.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::incoming::Incoming;
use super::reply::{Outcome, Reply};
use super::world::World;
use crate::clock::unix_millis;

/// So long a publisher without instances is remembered.
const IDLE: Duration = Duration::from_secs(30);

pub(super) fn client_id(ip: &str, port: u16, ephemeral: bool) -> String {
    format!("{ip}:{port}#{ephemeral}")
}

fn unknown(id: &str) -> Reply {
    Reply::failure(404, 20004, "resource not found", format!("clientId [ {id} ] not exist"))
}

impl World {
    fn client_ids(&self, now: Instant) -> BTreeSet<String> {
        let live = self
            .services
            .values()
            .flat_map(|service| &service.instances)
            .map(|((ip, port), instance)| client_id(ip, *port, instance.ephemeral));
        let recent = self
            .publishers
            .iter()
            .filter(|(_, seen)| now.saturating_duration_since(**seen) < IDLE)
            .map(|(id, _)| id.clone());
        live.chain(recent).collect()
    }

    pub(super) fn client_list(&self, now: Instant) -> Outcome {
        Ok(Reply::ok(self.client_ids(now)))
    }

    pub(super) fn client_detail(&self, incoming: &Incoming, now: Instant) -> Outcome {
        let id = incoming.required("clientId")?;
        if !self.client_ids(now).contains(id) {
            return Err(unknown(id));
        }
        Ok(Reply::ok(json!({
            "clientId": id,
            "ephemeral": id.ends_with("#true"),
            "lastUpdatedTime": unix_millis(),
            "clientType": "ipPort",
            "connectType": Value::Null,
            "appName": Value::Null,
            "version": Value::Null,
            "clientIp": Value::Null,
            "clientPort": 0,
        })))
    }

    pub(super) fn client_published(&self, incoming: &Incoming, now: Instant) -> Outcome {
        let id = incoming.required("clientId")?;
        if !self.client_ids(now).contains(id) {
            return Err(unknown(id));
        }
        let of_client = self.services.iter().flat_map(|(key, service)| {
            let instances = service.instances.iter();
            let own = instances.filter(|((ip, port), instance)| client_id(ip, *port, instance.ephemeral) == id);
            own.map(move |((ip, port), instance)| {
                json!({
                    "namespaceId": key.0, "groupName": key.1, "serviceName": key.2,
                    "publisherInfo": {
                        "clientId": Value::Null, "ip": ip, "port": port, "clusterName": instance.cluster,
                    },
                    "subscriberInfo": Value::Null,
                })
            })
        });
        Ok(Reply::ok(of_client.collect::<Vec<_>>()))
    }

    /// Nobody subscribes over HTTP.
    pub(super) fn client_subscribed(&self, incoming: &Incoming, now: Instant) -> Outcome {
        let id = incoming.required("clientId")?;
        if !self.client_ids(now).contains(id) {
            return Err(unknown(id));
        }
        Ok(Reply::ok(json!([])))
    }

    pub(super) fn service_publishers(&self, incoming: &Incoming) -> Outcome {
        let key = super::services::key_of(incoming)?;
        let service = self.services.get(&key);
        let chosen = |ip: &str, port: u16| {
            incoming.get("ip").is_none_or(|asked| asked == ip)
                && incoming.get("port").is_none_or(|asked| asked == port.to_string())
        };
        let publishers: Vec<_> = service
            .into_iter()
            .flat_map(|service| &service.instances)
            .filter(|((ip, port), _)| chosen(ip, *port))
            .map(|((ip, port), instance)| {
                json!({
                    "clientId": client_id(ip, *port, instance.ephemeral), "ip": ip, "port": port,
                    "clusterName": instance.cluster,
                })
            })
            .collect();
        Ok(Reply::ok(publishers))
    }

    pub(super) fn client_distro(&self) -> Outcome {
        Ok(Reply::ok(
            json!({ "responsibleServer": format!("127.0.0.1:{}", self.port) }),
        ))
    }
}
