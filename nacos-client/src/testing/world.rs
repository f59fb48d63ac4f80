//! All that the server remembers.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::configs::StoredConfig;
use super::history::HistoryRow;
use super::namespaces::StoredNamespace;
use super::services::StoredService;
use super::users::Accounts;

/// Namespace, group and name of a configuration or a service.
pub(super) type Key = (String, String, String);

/// How the server was started.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    pub(super) auth: bool,
    pub(super) token_ttl: Duration,
    /// The header and value by which servers know each other.
    pub(super) identity: Option<(String, String)>,
}

#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) profile: Profile,
    pub(super) port: u16,
    pub(super) configs: BTreeMap<Key, StoredConfig>,
    pub(super) history: Vec<HistoryRow>,
    pub(super) namespaces: Vec<StoredNamespace>,
    pub(super) services: BTreeMap<Key, StoredService>,
    pub(super) accounts: Accounts,
    /// Publishers of instances by `ip:port#ephemeral`; an ephemeral one outlives its last instance for a while.
    pub(super) publishers: BTreeMap<String, Instant>,
    /// How many configurations a namespace or a group may hold, and how long each may be.
    pub(super) capacities: BTreeMap<(&'static str, String), (u64, u64)>,
    next_id: u64,
}

impl World {
    pub(super) fn new(profile: Profile) -> Self {
        Self {
            profile,
            namespaces: vec![StoredNamespace::public()],
            next_id: 1_099_230_244_025_405_440,
            ..Self::default()
        }
    }

    /// Ids grow as those of Nacos do: not by one.
    pub(super) fn id(&mut self) -> u64 {
        self.next_id += 1_024;
        self.next_id
    }

    /// What a restart does: ephemeral instances and tokens are gone, encrypted keys that were "" are null.
    pub(super) fn restarted(&mut self) {
        for service in self.services.values_mut() {
            service.instances.retain(|_, instance| !instance.ephemeral);
            for instance in service.instances.values_mut() {
                // Until the first probe.
                instance.healthy = false;
            }
        }
        self.services.retain(|_, service| !service.is_forgettable());
        for config in self.configs.values_mut() {
            config.encrypted_data_key = config.encrypted_data_key.take().filter(|key| !key.is_empty());
        }
        self.accounts.forget_tokens();
    }

    /// Applies what time has done to the instances.
    pub(super) fn sweep(&mut self, now: Instant) {
        for service in self.services.values_mut() {
            service.instances.retain(|_, instance| !instance.is_expired(now));
            for instance in service.instances.values_mut() {
                if instance.is_silent(now) {
                    instance.healthy = false;
                }
            }
        }
    }
}
