use std::net::{IpAddr, Ipv4Addr};

use tokio::net::UdpSocket;

/// By what the registered address is chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct AddressRules {
    /// `service_registry.ip`
    pub(crate) explicit: Option<IpAddr>,
    /// The address that the socket is bound to.
    pub(crate) bound: Option<IpAddr>,
    /// `POD_IP`, `HOST_IP`
    pub(crate) environment: Vec<(&'static str, String)>,
    /// `host:port` of the registry.
    pub(crate) registry: Option<String>,
    /// The registry is on this machine: loopback will do.
    pub(crate) local_registry: bool,
}

/// The address to register, and why it was chosen. Loopback for a registry elsewhere is warned of.
pub(crate) async fn advertised_ip(rules: &AddressRules) -> (IpAddr, String) {
    let (ip, why) = choose(rules).await;
    if ip.is_loopback() && !rules.local_registry {
        tracing::warn!("registering {ip} ({why}): others cannot reach it; set service_registry.ip or POD_IP");
    }
    (ip, why)
}

async fn choose(rules: &AddressRules) -> (IpAddr, String) {
    if let Some(ip) = rules.explicit {
        return (ip, "service_registry.ip".to_owned());
    }
    if let Some(ip) = rules.bound.filter(|ip| !ip.is_unspecified()) {
        return (ip, "the address that the server is bound to".to_owned());
    }
    for (name, value) in &rules.environment {
        match value.parse::<IpAddr>() {
            Ok(ip) if !ip.is_unspecified() => return (ip, (*name).to_owned()),
            _ => tracing::warn!("{name} is not an IP address: {value:?}"),
        }
    }
    match source_address(rules.registry.as_deref().unwrap_or("192.0.2.1:9")).await {
        Ok(ip) => (ip, "the address by which the registry is reached".to_owned()),
        Err(error) => (
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            format!("no route to the registry: {error}"),
        ),
    }
}

/// The source address of a datagram to `target`; nothing is sent.
async fn source_address(target: &str) -> std::io::Result<IpAddr> {
    let mut last = None;
    for address in tokio::net::lookup_host(target).await? {
        let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any).await?;
        match socket.connect(address).await {
            Ok(()) => {
                let ip = socket.local_addr()?.ip();
                if !ip.is_unspecified() {
                    return Ok(ip);
                }
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| std::io::Error::other(format!("{target} has no address"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_rule_that_says_something_wins() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let mut rules = AddressRules {
            explicit: Some(ip("10.1.1.1")),
            bound: Some(ip("10.2.2.2")),
            environment: vec![("POD_IP", "10.3.3.3".into())],
            registry: Some("127.0.0.1:8848".into()),
            local_registry: true,
        };
        assert_eq!(advertised_ip(&rules).await.0, ip("10.1.1.1"));
        rules.explicit = None;
        assert_eq!(advertised_ip(&rules).await.0, ip("10.2.2.2"));
        rules.bound = Some(ip("0.0.0.0"));
        assert_eq!(advertised_ip(&rules).await.0, ip("10.3.3.3"));
        rules.environment = vec![("POD_IP", "not an address".into())];
        assert_eq!(advertised_ip(&rules).await.0, ip("127.0.0.1"));
        rules.registry = Some("[::1]:8848".into());
        assert!(advertised_ip(&rules).await.0.is_loopback());
    }
}
