//! `/v3/client/ns/instance`: register, beat, deregister, list.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::clients::client_id;
use super::incoming::Incoming;
use super::listed::list as list_instances;
use super::reply::{Outcome, Reply};
use super::services::StoredService;
use super::world::{Key, World};

pub(super) type Metadata = BTreeMap<String, Option<String>>;

#[derive(Clone, Debug)]
pub(super) struct StoredInstance {
    pub(super) cluster: String,
    pub(super) weight: f64,
    pub(super) healthy: bool,
    pub(super) enabled: bool,
    pub(super) ephemeral: bool,
    pub(super) metadata: Metadata,
    pub(super) last_beat: Instant,
    /// What an operator set; it wins over what the instance registers.
    pub(super) operated: Option<Operated>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Operated {
    pub(super) weight: f64,
    pub(super) enabled: bool,
    pub(super) metadata: Metadata,
}

impl StoredInstance {
    pub(super) fn timing(&self, key: &str, default: u64) -> u64 {
        self.metadata
            .get(key)
            .and_then(|text| text.as_ref()?.parse().ok())
            .unwrap_or(default)
    }

    fn silence(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.last_beat)
    }

    pub(super) fn is_silent(&self, now: Instant) -> bool {
        self.ephemeral && self.silence(now) > Duration::from_millis(self.timing("preserved.heart.beat.timeout", 15_000))
    }

    pub(super) fn is_expired(&self, now: Instant) -> bool {
        self.ephemeral && self.silence(now) > Duration::from_millis(self.timing("preserved.ip.delete.timeout", 30_000))
    }

    pub(super) fn as_operated(&self) -> Self {
        let mut shown = self.clone();
        if let Some(operated) = &self.operated {
            shown.weight = operated.weight;
            shown.enabled = operated.enabled;
            shown.metadata.extend(operated.metadata.clone());
        }
        shown
    }
}

/// JSON of scalars, or `key=value,key=value`.
pub(super) fn parse_metadata(text: &str) -> Option<Metadata> {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let Value::Object(entries) = value else { return None };
        return entries
            .into_iter()
            .map(|(key, value)| match value {
                Value::Null => Some((key, None)),
                Value::String(text) => Some((key, Some(text))),
                Value::Bool(_) | Value::Number(_) => Some((key, Some(value.to_string()))),
                Value::Array(_) | Value::Object(_) => None,
            })
            .collect();
    }
    text.split(',')
        .map(|pair| {
            pair.split_once('=')
                .map(|(key, value)| (key.to_owned(), Some(value.to_owned())))
        })
        .collect()
}

/// A parameter that Spring converts; a text it cannot convert is a 500 with a very long message.
pub(super) fn converted<T: std::str::FromStr>(
    incoming: &Incoming,
    name: &str,
    default: T,
    java_type: &str,
    reason: impl Fn(&str) -> String,
) -> Result<T, Reply> {
    let Some(text) = incoming.get(name) else {
        return Ok(default);
    };
    text.parse().map_err(|_| {
        Reply::failure(
            500,
            30000,
            &format!(
                "Validation failed for argument [0] in public com.alibaba.nacos.api.model.v2.Result<java.lang.String> \
                 com.alibaba.nacos.naming.controllers.v3.InstanceOpenApiController.register(com.alibaba.nacos.naming.model.form.InstanceForm,boolean) \
                 throws com.alibaba.nacos.api.exception.NacosException: [Field error in object 'instanceForm' on field '{name}': \
                 rejected value [{text}]; codes [typeMismatch.instanceForm.{name},typeMismatch.{name},typeMismatch.{java_type},typeMismatch]; \
                 arguments [org.springframework.context.support.DefaultMessageSourceResolvable: codes [instanceForm.{name},{name}]; \
                 arguments []; default message [{name}]]; default message [Failed to convert property value of type 'java.lang.String' \
                 to required type '{java_type}' for property '{name}'; {reason}]] ",
                reason = reason(text)
            ),
            Value::Null,
        )
    })
}

pub(super) fn flag(incoming: &Incoming, name: &str, default: bool) -> Result<bool, Reply> {
    converted(incoming, name, default, "java.lang.Boolean", |text| {
        format!("Invalid boolean value [{text}]")
    })
}

/// Service and address, in the order in which Nacos misses them.
pub(super) fn identity(incoming: &Incoming) -> Result<(Key, (String, u16)), Reply> {
    let name = incoming.required("serviceName")?;
    let ip = incoming.required("ip")?;
    let port = incoming
        .get("port")
        .and_then(|port| port.parse().ok())
        .ok_or_else(|| Reply::parameter_missing("Required parameter 'port' type Integer is not present"))?;
    let key = (
        incoming.namespace().to_owned(),
        incoming.group().to_owned(),
        name.to_owned(),
    );
    Ok((key, (ip.to_owned(), port)))
}

pub(super) fn grouped(key: &Key) -> String {
    format!("{}@@{}", key.1, key.2)
}

/// Reads and checks what an instance says of itself.
pub(super) fn described(incoming: &Incoming, now: Instant) -> Result<StoredInstance, Reply> {
    let weight = converted(incoming, "weight", 1.0_f64, "java.lang.Double", |text| {
        format!("For input string: \"{text}\"")
    })?;
    let instance = StoredInstance {
        cluster: incoming.or("clusterName", "DEFAULT").to_owned(),
        weight: if weight.is_nan() { 1.0 } else { weight },
        healthy: flag(incoming, "healthy", true)?,
        enabled: flag(incoming, "enabled", true)?,
        ephemeral: flag(incoming, "ephemeral", true)?,
        metadata: incoming.get("metadata").and_then(parse_metadata).unwrap_or_default(),
        last_beat: now,
        operated: None,
    };
    if !(0.0..=10_000.0).contains(&instance.weight) {
        let detail = "instance format invalid: The weights range from 0.0 to 10000.0";
        return Err(Reply::failure(400, 21001, "weight error", detail));
    }
    let refuse = |detail: &str| Reply::failure(400, 21004, "instance error", detail);
    let beat = instance.timing("preserved.heart.beat.interval", 5_000);
    if beat > instance.timing("preserved.heart.beat.timeout", 15_000)
        || beat > instance.timing("preserved.ip.delete.timeout", 30_000)
    {
        return Err(refuse(
            "Instance 'heart beat interval' must less than 'heart beat timeout' and 'ip delete timeout'.",
        ));
    }
    if instance.cluster.contains('_') {
        let cluster = &instance.cluster;
        return Err(refuse(&format!(
            "Instance 'clusterName' should be characters with only 0-9a-zA-Z-. (current: {cluster})"
        )));
    }
    Ok(instance)
}

impl World {
    pub(super) fn register_or_beat(&mut self, incoming: &Incoming, now: Instant) -> Outcome {
        let (key, address) = identity(incoming)?;
        if flag(incoming, "heartBeat", false)? {
            return Ok(self.beat(&key, &address, now));
        }
        let mut instance = described(incoming, now)?;
        let ephemeral = instance.ephemeral;
        self.publishers.insert(client_id(&address.0, address.1, ephemeral), now);
        let service = self
            .services
            .entry(key.clone())
            .or_insert_with(|| StoredService::implied(ephemeral));
        if service.ephemeral != ephemeral {
            let (is, other) = if ephemeral {
                ("persistent", "ephemeral")
            } else {
                ("ephemeral", "persistent")
            };
            let detail = format!(
                "errCode: 400, errMsg: Current service {} is {is} service, can't register {other} instance. ",
                grouped(&key)
            );
            return Err(Reply::failure(400, 30000, "server error", detail));
        }
        if let Some(old) = service.instances.get(&address) {
            instance.operated = old.operated.clone();
        }
        service.instances.insert(address, instance);
        Ok(Reply::done())
    }

    fn beat(&mut self, key: &Key, address: &(String, u16), now: Instant) -> Reply {
        let known = self
            .services
            .get_mut(key)
            .and_then(|service| service.instances.get_mut(address));
        match known.filter(|instance| instance.ephemeral) {
            // A grouped name: the beat is accepted and lost.
            Some(_) if key.2.contains("@@") => Reply::done(),
            Some(instance) => {
                instance.last_beat = now;
                instance.healthy = true;
                Reply::done()
            }
            None => Reply::failure(200, 21003, "instance not found", Value::Null),
        }
    }

    pub(super) fn deregister(&mut self, incoming: &Incoming) -> Outcome {
        let (key, address) = identity(incoming)?;
        let ephemeral = flag(incoming, "ephemeral", true)?;
        if let Some(service) = self.services.get_mut(&key)
            && service
                .instances
                .get(&address)
                .is_some_and(|instance| instance.ephemeral == ephemeral)
        {
            service.instances.remove(&address);
            if !ephemeral {
                self.publishers.remove(&client_id(&address.0, address.1, false));
            }
        }
        Ok(Reply::done())
    }

    pub(super) fn list_instances(&self, incoming: &Incoming, now: Instant) -> Outcome {
        let name = incoming.required("serviceName")?;
        let key = (
            incoming.namespace().to_owned(),
            incoming.group().to_owned(),
            name.to_owned(),
        );
        let clusters: Vec<&str> = incoming.or("clusterName", "DEFAULT").split(',').collect();
        let listed = self
            .services
            .get(&key)
            .map(|service| list_instances(&key, service, &clusters, now));
        Ok(Reply::ok(listed.unwrap_or_default()))
    }
}
