//! `/v3/admin/ns/instance`: what an operator sees and changes.

use serde_json::json;
use tokio::time::Instant;

use super::incoming::Incoming;
use super::instances::{Operated, described, identity};
use super::listed::{Listed, list};
use super::reply::{Outcome, Reply};
use super::world::World;

impl World {
    pub(super) fn operator_list(&self, incoming: &Incoming, now: Instant) -> Outcome {
        let name = incoming.required("serviceName")?;
        let key = (
            incoming.namespace().to_owned(),
            incoming.group().to_owned(),
            name.to_owned(),
        );
        let clusters: Vec<&str> = incoming
            .get("clusterName")
            .map(|list| list.split(',').collect())
            .unwrap_or_default();
        let listed = self
            .services
            .get(&key)
            .map(|service| list(&key, service, &clusters, now));
        Ok(Reply::ok(listed.unwrap_or_default()))
    }

    pub(super) fn operator_get(&self, incoming: &Incoming) -> Outcome {
        let (key, address) = identity(incoming)?;
        let instance = self
            .services
            .get(&key)
            .and_then(|service| service.instances.get(&address));
        match instance {
            Some(instance) => Ok(Reply::ok(Listed::of(&key, &address, instance))),
            None => Err(Reply::failure(
                404,
                20004,
                "resource not found",
                format!("no instance {}:{}", address.0, address.1),
            )),
        }
    }

    pub(super) fn operator_update(&mut self, incoming: &Incoming, now: Instant) -> Outcome {
        let (key, address) = identity(incoming)?;
        let described = described(incoming, now)?;
        let instance = self
            .services
            .get_mut(&key)
            .and_then(|service| service.instances.get_mut(&address));
        let Some(instance) = instance else {
            return Err(Reply::failure(400, 21003, "instance not found", json!(null)));
        };
        instance.operated = Some(Operated {
            weight: described.weight,
            enabled: described.enabled,
            metadata: described.metadata,
        });
        Ok(Reply::done())
    }
}
