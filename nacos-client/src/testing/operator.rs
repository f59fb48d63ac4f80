//! `/v3/admin/ns/instance`: what an operator sees and changes.

use tokio::time::Instant;

use super::incoming::Incoming;
use super::instances::{Operated, described, flag, grouped, identity};
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
        let cluster = incoming.or("clusterName", "DEFAULT");
        let absent = |what: String| Reply::failure(404, 30000, "server error", format!("{what} is not found!"));
        let service = self
            .services
            .get(&key)
            .ok_or_else(|| absent(format!("service {}", grouped(&key))))?;
        if !service.instances.values().any(|instance| instance.cluster == cluster) {
            return Err(absent(format!("cluster {cluster}")));
        }
        Ok(Reply::ok(list(&key, service, &[cluster], now)))
    }

    pub(super) fn operator_get(&self, incoming: &Incoming) -> Outcome {
        let (key, address) = identity(incoming)?;
        let instance = self
            .services
            .get(&key)
            .and_then(|service| service.instances.get(&address));
        match instance {
            Some(instance) => Ok(Reply::ok(Listed::of(&key, &address, instance))),
            None => {
                let known = self
                    .services
                    .get(&key)
                    .is_some_and(|service| !service.instances.is_empty());
                let cluster = incoming.or("clusterName", "DEFAULT");
                let detail = if known {
                    "no matched ip found!".to_owned()
                } else {
                    format!("no ips found for cluster {cluster} in service {}", grouped(&key))
                };
                Err(Reply::failure(404, 20004, "resource not found", detail))
            }
        }
    }

    /// The server checks the health of ephemeral instances itself.
    pub(super) fn operator_health(&mut self, incoming: &Incoming) -> Outcome {
        let (key, address) = identity(incoming)?;
        let healthy = flag(incoming, "healthy", true)?;
        let cluster = incoming.or("clusterName", "DEFAULT");
        let service = self.services.get_mut(&key).filter(|service| !service.ephemeral);
        match service.and_then(|service| service.instances.get_mut(&address)) {
            Some(instance) => {
                instance.healthy = healthy;
                Ok(Reply::done())
            }
            None => {
                let detail = format!(
                    "health check is still working, service: {}, cluster: {cluster}",
                    grouped(&key)
                );
                Err(Reply::failure(400, 30000, "server error", detail))
            }
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
            let detail = format!(
                "service not found, namespace: {}, service: Service{{namespace='{}', group='{}', name='{}', ephemeral=true, revision=0}}",
                key.0, key.0, key.1, key.2
            );
            return Err(Reply::failure(400, 21004, "instance error", detail));
        };
        instance.operated = Some(Operated {
            weight: described.weight,
            enabled: described.enabled,
            metadata: described.metadata,
        });
        Ok(Reply::done())
    }
}
