use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{ServiceName, ServiceRegistryError};

/// One place where a service answers.
///
/// ```
/// use bun_server::microservice::service_registry::{ServiceInstance, ServiceName};
///
/// let instance = ServiceInstance::new(ServiceName::new("order-service")?, "10.0.0.5", 8080)
///     .weight(2.5)
///     .metadata("version", "1.4.0");
/// assert_eq!(instance.address(), "10.0.0.5:8080");
/// # Ok::<(), bun_server::microservice::service_registry::ServiceRegistryError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServiceInstance {
    /// The service.
    pub service: ServiceName,
    /// An IP address, or a host name (RFC 1123) that a registry gave.
    pub host: String,
    /// Never 0.
    pub port: u16,
    /// Share of the traffic, 0 to 10,000; 0 gets none. Default: 1.
    pub weight: f64,
    /// Whether the registry holds it for well.
    pub healthy: bool,
    /// Whether an operator lets it have traffic.
    pub enabled: bool,
    /// Version, zone, tags.
    pub metadata: BTreeMap<String, String>,
    /// The cluster, where the registry has clusters.
    pub cluster: Option<String>,
    /// The group, when it is not the default one.
    pub group: Option<String>,
    /// The namespace, when it is not the default one.
    pub namespace: Option<String>,
}

impl ServiceInstance {
    /// A healthy, enabled instance of weight 1.
    pub fn new(service: ServiceName, host: impl Into<String>, port: u16) -> Self {
        Self {
            service,
            host: host.into(),
            port,
            weight: 1.0,
            healthy: true,
            enabled: true,
            metadata: BTreeMap::new(),
            cluster: None,
            group: None,
            namespace: None,
        }
    }

    /// Sets the weight.
    #[must_use]
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// Adds metadata.
    #[must_use]
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// Sets the health.
    #[must_use]
    pub fn healthy(mut self, healthy: bool) -> Self {
        self.healthy = healthy;
        self
    }

    /// Lets it have traffic or not.
    #[must_use]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Sets the cluster.
    #[must_use]
    pub fn cluster(mut self, cluster: impl Into<String>) -> Self {
        self.cluster = Some(cluster.into());
        self
    }

    /// Sets the group.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// Sets the namespace.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// `host:port`, an IPv6 address in brackets.
    #[must_use]
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// The metadata `version`.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.metadata.get("version").map(String::as_str)
    }

    /// Whether it gets traffic: healthy, enabled, weight above 0, and its host a host.
    #[must_use]
    pub fn is_routable(&self) -> bool {
        self.healthy && self.enabled && self.weight > 0.0 && self.port > 0 && is_host(&self.host)
    }

    /// Refuses what must not be registered.
    pub(crate) fn check(&self) -> Result<(), ServiceRegistryError> {
        let refused = |message: &str| Err(ServiceRegistryError::invalid(self, message));
        if self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_unspecified()) {
            return refused("an unspecified address cannot be reached: register a routable IP address");
        }
        if !is_host(&self.host) {
            return refused("the host is neither an IP address nor a host name");
        }
        if self.port == 0 {
            return refused("port 0 cannot be reached: register the bound port");
        }
        if !(0.0..=10_000.0).contains(&self.weight) {
            return refused("the weight must lie between 0 and 10000");
        }
        if let Some(key) = self
            .metadata
            .keys()
            .find(|key| key.is_empty() || key.starts_with("nacos."))
        {
            return refused(&format!(
                "metadata key `{key}` is reserved: Spring callers put their own values there"
            ));
        }
        Ok(())
    }

    /// Where it is, whatever is said of it.
    pub(crate) fn same_place(&self, other: &Self) -> bool {
        let place = |instance: &Self| {
            (
                instance.service.clone(),
                instance.host.clone(),
                instance.port,
                instance.group.clone(),
                instance.namespace.clone(),
            )
        };
        place(self) == place(other)
    }
}

/// An IP address or an RFC 1123 host name: what comes from a registry reaches a URL.
fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.parse::<IpAddr>().is_ok() || (host.len() <= 253 && !host.is_empty() && host.split('.').all(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(host: &str, port: u16) -> ServiceInstance {
        ServiceInstance::new(ServiceName::new("s").unwrap(), host, port)
    }

    #[test]
    fn addresses_are_written_for_urls() {
        assert_eq!(at("10.0.0.5", 80).address(), "10.0.0.5:80");
        assert_eq!(at("::1", 80).address(), "[::1]:80");
    }

    #[test]
    fn what_cannot_be_reached_is_not_registered() {
        assert!(at("10.0.0.5", 80).check().is_ok());
        assert!(at("fe80::1", 80).check().is_ok());
        for wrong in [
            at("0.0.0.0", 80),
            at("::", 80),
            at("10.0.0.5", 0),
            at("", 80),
            at("a b", 80),
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
        assert!(at("a", 80).weight(f64::NAN).check().is_err());
        assert!(at("a", 80).weight(10_001.0).check().is_err());
        assert!(at("a", 80).metadata("nacos.weight", "1").check().is_err());
    }

    #[test]
    fn only_what_can_answer_gets_traffic() {
        assert!(at("node-1.example", 80).is_routable());
        let without = [
            at("x", 80).healthy(false),
            at("x", 80).enabled(false),
            at("x", 80).weight(0.0),
            at("evil/@path", 80),
            at("x", 0),
        ];
        assert!(without.iter().all(|instance| !instance.is_routable()));
    }
}
