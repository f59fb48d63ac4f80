//! `/v3/admin/ns/instance`: what an operator sees and changes.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::incoming::Incoming;
use super::instances::{Operated, described, flag, grouped, identity, parse_metadata};
use super::listed::{Listed, list};
use super::reply::{Outcome, Reply};
use super::services::key_of as service_key;
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

    /// A persistent instance is taken for an ephemeral one and refused; with an ephemeral one nothing is done.
    pub(super) fn operator_health(&self, incoming: &Incoming) -> Outcome {
        let (key, _) = identity(incoming)?;
        flag(incoming, "healthy", true)?;
        let cluster = incoming.or("clusterName", "DEFAULT");
        let unchecked = self.services.get(&key).filter(|service| !service.checks(cluster));
        let Some(service) = unchecked else {
            let name = grouped(&key);
            let detail = format!("health check is still working, service: {name}, cluster: {cluster}");
            return Err(Reply::failure(400, 30000, "server error", detail));
        };
        if !service.ephemeral {
            let detail = format!(
                "errCode: 400, errMsg: Current service {} is persistent service, can't register ephemeral instance. ",
                grouped(&key)
            );
            return Err(Reply::failure(400, 30000, "server error", detail));
        }
        Ok(Reply::done())
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

    /// What is not named is set to weight 1 and enabled; metadata stay when none are named.
    pub(super) fn operator_patch(&mut self, incoming: &Incoming, now: Instant) -> Outcome {
        let (key, address) = identity(incoming)?;
        self.operator_get(incoming)?;
        let described = described(incoming, now)?;
        let instance = self
            .services
            .get_mut(&key)
            .and_then(|service| service.instances.get_mut(&address));
        if let Some(instance) = instance {
            let earlier = instance.operated.take().unwrap_or_default();
            let named = incoming.get("metadata").is_some();
            instance.operated = Some(Operated {
                weight: described.weight,
                enabled: described.enabled,
                metadata: if named { described.metadata } else { earlier.metadata },
            });
        }
        Ok(Reply::done())
    }

    pub(super) fn operator_metadata(&mut self, incoming: &Incoming) -> Outcome {
        let key = service_key(incoming)?;
        let Some(text) = incoming.get("metadata") else {
            return Err(Reply::parameter_missing(
                "Required parameter 'metadata' type String is not present",
            ));
        };
        let Some(metadata) = parse_metadata(text) else {
            let message = format!("ErrCode:400, ErrMsg:metadata format incorrect:{text}");
            return Err(Reply::exception(&message, &incoming.path));
        };
        let removes = incoming.method == http::Method::DELETE;
        let chosen: Vec<Value> = incoming
            .get("instances")
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let is_chosen = |ip: &str, port: u16| {
            chosen.is_empty() || chosen.iter().any(|target| target["ip"] == ip && target["port"] == port)
        };
        let instances = self.services.get_mut(&key).map(|service| &mut service.instances);
        let mut updated = Vec::new();
        for ((ip, port), instance) in instances.into_iter().flatten() {
            if !is_chosen(ip, *port) {
                continue;
            }
            let kind = if instance.ephemeral { "ephemeral" } else { "persist" };
            updated.push(format!("{ip}:{port}:unknown:{}:{kind}", instance.cluster));
            let (weight, enabled) = (instance.weight, instance.enabled);
            let operated = instance.operated.get_or_insert_with(|| Operated {
                weight,
                enabled,
                ..Operated::default()
            });
            if removes {
                operated.metadata.retain(|name, _| !metadata.contains_key(name));
            } else {
                operated.metadata.extend(metadata.clone());
            }
        }
        Ok(Reply::ok(json!({ "updated": updated })))
    }
}
