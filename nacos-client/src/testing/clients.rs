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
            return Err(Reply::failure(
                404,
                20004,
                "resource not found",
                format!("clientId [ {id} ] not exist"),
            ));
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

    pub(super) fn client_distro(&self) -> Outcome {
        Ok(Reply::ok(
            json!({ "responsibleServer": format!("127.0.0.1:{}", self.port) }),
        ))
    }
}
