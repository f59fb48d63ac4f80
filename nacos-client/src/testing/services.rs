//! `/v3/admin/ns/service`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::incoming::Incoming;
use super::instances::{Metadata, StoredInstance, flag, grouped, parse_metadata};
use super::listed::{Listed, list};
use super::paged::{Paged, glob};
use super::reply::{Outcome, Reply};
use super::world::{Key, World};

#[derive(Clone, Debug, Default)]
pub(super) struct StoredService {
    pub(super) ephemeral: bool,
    pub(super) instances: BTreeMap<(String, u16), StoredInstance>,
    /// The protection threshold, once an administrator created or changed the service.
    pub(super) declared: Option<f64>,
    metadata: Metadata,
    /// How the clusters are checked, where an administrator said so.
    checked: BTreeMap<String, Checked>,
}

#[derive(Clone, Debug)]
struct Checked {
    checker: serde_json::Value,
    port: u16,
    use_instance_port: bool,
    metadata: Metadata,
}

impl StoredService {
    /// A service that exists because an instance registered.
    pub(super) fn implied(ephemeral: bool) -> Self {
        Self {
            ephemeral,
            ..Self::default()
        }
    }

    pub(super) fn is_forgettable(&self) -> bool {
        self.declared.is_none() && self.instances.is_empty()
    }

    /// Whether the server checks the instances of a cluster.
    pub(super) fn checks(&self, cluster: &str) -> bool {
        self.checked
            .get(cluster)
            .is_none_or(|checked| checked.checker["type"] != "NONE")
    }

    fn clusters(&self) -> BTreeSet<&str> {
        self.instances.values().map(|instance| &*instance.cluster).collect()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    name: &'a str,
    group_name: &'a str,
    cluster_count: usize,
    ip_count: usize,
    healthy_instance_count: usize,
    trigger_flag: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    namespace_id: Option<&'a str>,
    service_name: &'a str,
    group_name: &'a str,
    cluster_map: BTreeMap<&'a str, Cluster<'a>>,
    metadata: &'a Metadata,
    protect_threshold: f64,
    /// The server writes the key `type` twice.
    selector: Option<&'a RawValue>,
    ephemeral: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cluster<'a> {
    cluster_name: Option<&'a str>,
    health_checker: Option<serde_json::Value>,
    healthy_check_port: u16,
    use_instance_port_for_check: bool,
    metadata: Option<Metadata>,
    hosts: Option<Vec<Listed>>,
}

pub(super) fn key_of(incoming: &Incoming) -> Result<Key, Reply> {
    let name = incoming.required("serviceName")?;
    Ok((
        incoming.namespace().to_owned(),
        incoming.group().to_owned(),
        name.to_owned(),
    ))
}

impl<'a> Cluster<'a> {
    fn of(name: &'a str, checked: Option<&Checked>) -> Self {
        let checker = checked.map(|checked| checked.checker.clone());
        Self {
            cluster_name: Some(name),
            health_checker: Some(checker.unwrap_or_else(|| serde_json::json!({ "type": "TCP" }))),
            healthy_check_port: checked.map_or(80, |checked| checked.port),
            use_instance_port_for_check: checked.is_none_or(|checked| checked.use_instance_port),
            metadata: Some(checked.map(|checked| checked.metadata.clone()).unwrap_or_default()),
            hosts: None,
        }
    }
}

fn absent(detail: String) -> Reply {
    Reply::failure(400, 21008, "service not exist", detail)
}

fn summary<'a>(key: &'a Key, service: &StoredService) -> Summary<'a> {
    Summary {
        name: &key.2,
        group_name: &key.1,
        cluster_count: service.clusters().len(),
        ip_count: service.instances.len(),
        healthy_instance_count: service.instances.values().filter(|instance| instance.healthy).count(),
        trigger_flag: "false",
    }
}

fn with_instances<'a>(key: &'a Key, service: &'a StoredService, now: Instant) -> Shown<'a> {
    let cluster_map = service
        .clusters()
        .into_iter()
        .map(|cluster| {
            let shown = Cluster {
                cluster_name: None,
                health_checker: None,
                healthy_check_port: 80,
                use_instance_port_for_check: true,
                metadata: None,
                hosts: Some(list(key, service, &[cluster], now)),
            };
            (cluster, shown)
        })
        .collect();
    Shown {
        namespace_id: None,
        service_name: &key.2,
        group_name: &key.1,
        cluster_map,
        metadata: &service.metadata,
        protect_threshold: service.declared.unwrap_or(0.0),
        selector: None,
        ephemeral: None,
    }
}

impl World {
    pub(super) fn service_list(&self, incoming: &Incoming, now: Instant) -> Outcome {
        let contains =
            |pattern: Option<&str>, text: &str| pattern.is_none_or(|pattern| glob(&format!("*{pattern}*"), text));
        let found: Vec<_> = self
            .services
            .iter()
            .filter(|(key, service)| {
                key.0 == incoming.namespace()
                    && contains(incoming.get("serviceNameParam"), &key.2)
                    && contains(incoming.get("groupNameParam"), &key.1)
                    && !(incoming.get("ignoreEmptyService") == Some("true") && service.instances.is_empty())
            })
            .collect();
        if incoming.get("withInstances") == Some("true") {
            let page = Paged::cut(found, incoming, |(key, service)| with_instances(key, service, now));
            return Ok(Reply::ok(page));
        }
        Ok(Reply::ok(Paged::cut(found, incoming, |(key, service)| {
            summary(key, service)
        })))
    }

    pub(super) fn service_get(&self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        let service = self.services.get(&key).ok_or_else(|| {
            absent(format!(
                "service not found, namespace: {}, serviceName: {}",
                key.0,
                grouped(&key)
            ))
        })?;
        let clusters = service
            .clusters()
            .into_iter()
            .map(|cluster| (cluster, Cluster::of(cluster, service.checked.get(cluster))))
            .collect();
        let selector =
            RawValue::from_string(r#"{"type":"NoneSelector","type":"none","contextType":"NONE"}"#.to_owned()).ok();
        Ok(Reply::ok(Shown {
            namespace_id: Some(&key.0),
            service_name: &key.2,
            group_name: &key.1,
            cluster_map: clusters,
            metadata: &service.metadata,
            protect_threshold: service.declared.unwrap_or(0.0),
            selector: selector.as_deref(),
            ephemeral: Some(service.ephemeral),
        }))
    }

    pub(super) fn service_create(&mut self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        if self.services.contains_key(&key) {
            let detail = format!("specified service {} already exists!", grouped(&key));
            return Err(Reply::failure(400, 21007, "service already exist", detail));
        }
        let service = StoredService {
            // Unlike an instance's registration, this one means a persistent service by default.
            ephemeral: flag(incoming, "ephemeral", false)?,
            instances: BTreeMap::new(),
            declared: Some(threshold(incoming)),
            checked: BTreeMap::new(),
            metadata: incoming.get("metadata").and_then(parse_metadata).unwrap_or_default(),
        };
        self.services.insert(key, service);
        Ok(Reply::done())
    }

    pub(super) fn service_update(&mut self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        let Some(service) = self.services.get_mut(&key) else {
            return Err(absent(format!("service {} not found!", grouped(&key))));
        };
        service.declared = Some(threshold(incoming));
        service.metadata = incoming.get("metadata").and_then(parse_metadata).unwrap_or_default();
        Ok(Reply::done())
    }

    pub(super) fn cluster_update(&mut self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        let cluster = incoming.required("clusterName")?;
        let Some(port) = incoming.get("checkPort").and_then(|port| port.parse().ok()) else {
            let detail = "Required parameter 'checkPort' type Integer is not present";
            return Err(Reply::parameter_missing(detail));
        };
        let use_instance_port = flag(incoming, "useInstancePort4Check", true)?;
        let text = incoming.required("healthChecker")?;
        let checker = serde_json::from_str(text).unwrap_or_default();
        let Some(service) = self.services.get_mut(&key) else {
            let detail = format!("service not found groupName: {},serviceName: {}", key.1, key.2);
            return Err(Reply::failure(400, 30000, "server error", detail));
        };
        let metadata = incoming.get("metadata").and_then(parse_metadata).unwrap_or_default();
        service.checked.insert(
            cluster.to_owned(),
            Checked {
                checker,
                port,
                use_instance_port,
                metadata,
            },
        );
        Ok(Reply::done())
    }

    pub(super) fn service_delete(&mut self, incoming: &Incoming) -> Outcome {
        let key = key_of(incoming)?;
        let Some(service) = self.services.get(&key) else {
            return Err(absent(format!("service {} not found!", grouped(&key))));
        };
        if !service.instances.is_empty() {
            let detail = format!(
                "Service {} is not empty, can't be delete. Please unregister instance first",
                grouped(&key)
            );
            return Err(Reply::failure(400, 21009, "service delete failure", detail));
        }
        self.services.remove(&key);
        Ok(Reply::done())
    }
}

fn threshold(incoming: &Incoming) -> f64 {
    incoming
        .get("protectThreshold")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0.0)
}
