//! `/v3/admin/ns/client`: the publishers behind the instances.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::incoming::Incoming;
use super::reply::{Outcome, Reply};
use super::world::World;
use crate::clock::unix_millis;

impl World {
    fn client_ids(&self) -> BTreeSet<String> {
        self.services
            .values()
            .flat_map(|service| &service.instances)
            .map(|((ip, port), instance)| format!("{ip}:{port}#{}", instance.ephemeral))
            .collect()
    }

    pub(super) fn client_list(&self) -> Outcome {
        Ok(Reply::ok(self.client_ids()))
    }

    pub(super) fn client_detail(&self, incoming: &Incoming) -> Outcome {
        let id = incoming.required("clientId")?;
        if !self.client_ids().contains(id) {
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
