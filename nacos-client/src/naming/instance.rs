//! One instance of a service: what is registered, and what a list answers.

use std::collections::BTreeMap;
use std::fmt;
use std::net::Ipv6Addr;
use std::time::Duration;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::ServiceKey;
use super::service::ResolvedService;
use crate::error::{Error, Result};
use crate::ids::{DEFAULT_CLUSTER, DEFAULT_GROUP, Namespace, check_cluster};

const HEARTBEAT_KEY: &str = "preserved.heart.beat.interval";
const UNHEALTHY_KEY: &str = "preserved.heart.beat.timeout";
const DELETE_KEY: &str = "preserved.ip.delete.timeout";
/// The server's limit for all keys and values of the metadata together, in characters.
const METADATA_LIMIT: usize = 1024;
const ADDRESS_LIMIT: usize = 128;

/// An instance of a service. To the server its identity is namespace, group, service, ip, port and whether it is
/// ephemeral; the cluster is *not* part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Instance {
    /// The plain name of the service.
    pub service: String,
    /// The group of the service. Default: `DEFAULT_GROUP`.
    pub group: String,
    /// The namespace; `None`: the client's.
    pub namespace: Option<String>,
    /// The cluster. Default: `DEFAULT`.
    pub cluster: String,
    /// An IP address, or a host name.
    pub ip: String,
    /// The port.
    pub port: u16,
    /// Its share of traffic, 0 to 10,000; 0 means none. Default: 1.
    pub weight: f64,
    /// What the server says of its health. Default: true.
    pub healthy: bool,
    /// False takes it out of every list. Default: true.
    pub enabled: bool,
    /// True: lives as long as it is renewed. False: stays until it is deregistered, and the server probes it.
    pub ephemeral: bool,
    /// Free text by key.
    pub metadata: BTreeMap<String, String>,
    /// The server's id, which only some instances have.
    pub instance_id: Option<String>,
}

impl Instance {
    /// An instance of `service` at `ip:port`, with the defaults named at each field.
    #[must_use]
    pub fn new(service: impl Into<String>, ip: impl Into<String>, port: u16) -> Self {
        Self {
            service: service.into(),
            group: DEFAULT_GROUP.to_owned(),
            namespace: None,
            cluster: DEFAULT_CLUSTER.to_owned(),
            ip: ip.into(),
            port,
            weight: 1.0,
            healthy: true,
            enabled: true,
            ephemeral: true,
            metadata: BTreeMap::new(),
            instance_id: None,
        }
    }

    /// Sets the group.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = group.into();
        self
    }

    /// Sets the namespace, by id.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// Sets the cluster.
    #[must_use]
    pub fn cluster(mut self, cluster: impl Into<String>) -> Self {
        self.cluster = cluster.into();
        self
    }

    /// Sets the weight.
    #[must_use]
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// Sets the flag that takes it into or out of every list.
    #[must_use]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Sets the health to begin with.
    #[must_use]
    pub fn healthy(mut self, healthy: bool) -> Self {
        self.healthy = healthy;
        self
    }

    /// Ephemeral (true) or persistent (false).
    #[must_use]
    pub fn ephemeral(mut self, ephemeral: bool) -> Self {
        self.ephemeral = ephemeral;
        self
    }

    /// Adds one entry of metadata.
    #[must_use]
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// Sets how often it is renewed (whole milliseconds, kept in its metadata). The server takes an instance for
    /// unhealthy after 15 s and drops it after 30 s; [`Instance::expiry`] changes that.
    #[must_use]
    pub fn heartbeat_interval(self, interval: Duration) -> Self {
        self.metadata(HEARTBEAT_KEY, interval.as_millis().to_string())
    }

    /// Sets after how long without renewal the server takes it for unhealthy, and drops it.
    #[must_use]
    pub fn expiry(self, unhealthy_after: Duration, deleted_after: Duration) -> Self {
        self.metadata(UNHEALTHY_KEY, unhealthy_after.as_millis().to_string())
            .metadata(DELETE_KEY, deleted_after.as_millis().to_string())
    }

    /// `host:port`, with brackets round an IPv6 address.
    #[must_use]
    pub fn address(&self) -> String {
        if self.ip.parse::<Ipv6Addr>().is_ok() {
            format!("[{}]:{}", self.ip, self.port)
        } else {
            format!("{}:{}", self.ip, self.port)
        }
    }

    /// The key of its service.
    pub fn service_key(&self) -> ServiceKey {
        let key = ServiceKey::new(&*self.service).group(&*self.group);
        match &self.namespace {
            Some(namespace) => key.namespace(&**namespace),
            None => key,
        }
    }

    /// The interval that its metadata names.
    pub(crate) fn own_heartbeat(&self) -> Option<Duration> {
        let millis = self.metadata.get(HEARTBEAT_KEY)?.parse().ok()?;
        (millis > 0).then(|| Duration::from_millis(millis))
    }

    pub(crate) fn check(&self, default: &Namespace) -> Result<ResolvedService> {
        let service = self.service_key().resolve(default)?;
        check_cluster(&self.cluster)?;
        let host = !self.ip.is_empty()
            && self.ip.len() <= ADDRESS_LIMIT
            && self
                .ip
                .chars()
                .all(|character| character.is_ascii_graphic() && !matches!(character, '/' | '#' | '@'));
        if !host {
            return Err(Error::invalid(
                "ip",
                format_args!("`{}` is no address", self.ip.escape_debug()),
            ));
        }
        if self.port == 0 {
            return Err(Error::invalid("port", "must not be 0: nobody could call this instance"));
        }
        if !(0.0..=10_000.0).contains(&self.weight) {
            return Err(Error::invalid(
                "weight",
                format_args!("{} is not within 0 and 10000", self.weight),
            ));
        }
        let size: usize = self
            .metadata
            .iter()
            .map(|(key, value)| key.encode_utf16().count() + value.encode_utf16().count())
            .sum();
        if size > METADATA_LIMIT {
            return Err(Error::invalid(
                "metadata",
                format_args!("{size} characters in all; the server takes {METADATA_LIMIT}"),
            ));
        }
        self.check_timing()?;
        Ok(service)
    }

    fn check_timing(&self) -> Result<()> {
        let millis = |key: &str, default: u64| {
            self.metadata
                .get(key)
                .and_then(|text| text.parse().ok())
                .unwrap_or(default)
        };
        let (beat, unhealthy, delete) = (
            millis(HEARTBEAT_KEY, 5_000),
            millis(UNHEALTHY_KEY, 15_000),
            millis(DELETE_KEY, 30_000),
        );
        if beat > unhealthy || beat > delete {
            return Err(Error::invalid(
                "metadata",
                format_args!(
                    "a heartbeat every {beat} ms comes too late: unhealthy after {unhealthy} ms, deleted after {delete} ms"
                ),
            ));
        }
        Ok(())
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{} at {}", self.group, self.service, self.address())
    }
}

/// One element of a list, as the server writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedInstance {
    ip: String,
    port: u16,
    #[serde(default = "one")]
    weight: f64,
    #[serde(default = "yes")]
    healthy: bool,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default = "yes")]
    ephemeral: bool,
    #[serde(default)]
    cluster_name: Option<String>,
    #[serde(default)]
    service_name: Option<String>,
    /// Values may be null: the server keeps a null that a registration sent.
    #[serde(default, deserialize_with = "without_nulls")]
    metadata: BTreeMap<String, String>,
    #[serde(default)]
    instance_id: Option<String>,
}

/// A map, or nothing; entries whose value is null are left out.
fn without_nulls<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<BTreeMap<String, String>, D::Error> {
    struct Entries;

    impl<'de> Visitor<'de> for Entries {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object of strings")
        }

        fn visit_unit<E>(self) -> std::result::Result<Self::Value, E> {
            Ok(BTreeMap::new())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
            let mut entries = BTreeMap::new();
            while let Some((key, value)) = map.next_entry::<String, Option<String>>()? {
                if let Some(value) = value {
                    entries.insert(key, value);
                }
            }
            Ok(entries)
        }
    }

    deserializer.deserialize_any(Entries)
}

fn one() -> f64 {
    1.0
}

fn yes() -> bool {
    true
}

impl ListedInstance {
    pub(crate) fn into_instance(self, asked: &ResolvedService) -> Instance {
        let grouped = self.service_name.as_deref().and_then(|name| name.split_once("@@"));
        let (group, service) = grouped.unwrap_or((asked.group.as_str(), asked.name.as_str()));
        Instance {
            service: service.to_owned(),
            group: group.to_owned(),
            namespace: Some(asked.namespace.as_str().to_owned()),
            cluster: self.cluster_name.unwrap_or_else(|| DEFAULT_CLUSTER.to_owned()),
            ip: self.ip,
            port: self.port,
            weight: self.weight,
            healthy: self.healthy,
            enabled: self.enabled,
            ephemeral: self.ephemeral,
            metadata: self.metadata,
            instance_id: self.instance_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_checked_with_their_field() {
        let good = || Instance::new("s", "10.0.0.1", 80);
        assert!(
            good()
                .weight(2.5)
                .metadata("zh", "中文😀")
                .check(&Namespace::default())
                .is_ok()
        );
        for (instance, field) in [
            (good().weight(f64::NAN), "weight"),
            (good().weight(10_001.0), "weight"),
            (Instance::new("s", "", 80), "ip"),
            (Instance::new("s", "10.0.0.1", 0), "port"),
            (Instance::new("G@@s", "10.0.0.1", 80), "service_name"),
            (good().cluster("a_b"), "cluster"),
            (good().metadata("k", "v".repeat(1024)), "metadata"),
            (good().heartbeat_interval(Duration::from_secs(20)), "metadata"),
        ] {
            let error = instance.check(&Namespace::default()).unwrap_err();
            assert_eq!(error.field(), Some(field), "{error}");
        }
    }

    #[test]
    fn addresses_bracket_ipv6() {
        assert_eq!(Instance::new("s", "::1", 80).address(), "[::1]:80");
        assert_eq!(Instance::new("s", "h.local", 80).address(), "h.local:80");
    }
}
