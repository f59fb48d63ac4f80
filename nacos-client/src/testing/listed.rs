//! An instance as the server writes it into a list.

use std::collections::BTreeMap;

use serde::Serialize;
use tokio::time::Instant;

use super::instances::StoredInstance;
use super::services::StoredService;
use super::world::Key;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Listed {
    ip: String,
    port: u16,
    weight: f64,
    healthy: bool,
    enabled: bool,
    ephemeral: bool,
    cluster_name: String,
    service_name: String,
    metadata: BTreeMap<String, Option<String>>,
    instance_heart_beat_interval: u64,
    instance_heart_beat_time_out: u64,
    ip_delete_timeout: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_id_generator: Option<&'static str>,
}

impl Listed {
    pub(super) fn of(key: &Key, (ip, port): &(String, u16), instance: &StoredInstance) -> Self {
        let instance = instance.as_operated();
        Self {
            ip: ip.clone(),
            port: *port,
            weight: instance.weight,
            healthy: instance.healthy,
            enabled: instance.enabled,
            ephemeral: instance.ephemeral,
            cluster_name: instance.cluster.clone(),
            service_name: format!("{}@@{}", key.1, key.2),
            instance_heart_beat_interval: instance.timing("preserved.heart.beat.interval", 5_000),
            instance_heart_beat_time_out: instance.timing("preserved.heart.beat.timeout", 15_000),
            ip_delete_timeout: instance.timing("preserved.ip.delete.timeout", 30_000),
            instance_id_generator: instance.metadata.is_empty().then_some("simple"),
            metadata: instance.metadata,
        }
    }
}

/// The enabled instances of `clusters`, with Nacos's protection: a service with metadata of its own whose share of
/// healthy instances is at or below its threshold shows all of them as healthy.
pub(super) fn list(key: &Key, service: &StoredService, clusters: &[&str], _now: Instant) -> Vec<Listed> {
    let chosen: Vec<_> = service
        .instances
        .iter()
        .filter(|(_, instance)| clusters.is_empty() || clusters.contains(&&*instance.as_operated().cluster))
        .filter(|(_, instance)| instance.as_operated().enabled)
        .collect();
    let healthy = chosen.iter().filter(|(_, instance)| instance.healthy).count();
    #[expect(clippy::cast_precision_loss, reason = "counts of instances are small")]
    let share = healthy as f64 / chosen.len().max(1) as f64;
    let protected = service.declared.is_some_and(|threshold| share <= threshold);
    chosen
        .into_iter()
        .map(|(address, instance)| {
            let mut listed = Listed::of(key, address, instance);
            listed.healthy |= protected;
            listed
        })
        .collect()
}
