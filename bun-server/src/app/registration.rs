use std::net::{IpAddr, SocketAddr};

use super::assembly::Assembly;
use crate::di::{Problem, ProblemKind};
use crate::microservice::ServiceRegistrySetup;
use crate::microservice::service_registry::{
    AddressRules, ServiceInstance, ServiceName, ServiceRegistration, advertised_ip,
};

/// What is registered: each `#[service_registry]` of the application, at the bound port and an address that others reach.
pub(super) async fn instances(assembly: &Assembly, bound: SocketAddr) -> Vec<ServiceInstance> {
    let Some(registry) = &assembly.parts.registry else {
        return Vec::new();
    };
    if assembly.registrations.is_empty() {
        return Vec::new();
    }
    let ip = address(assembly, registry, bound.ip()).await;
    let instance = |registration: &&'static ServiceRegistration| {
        let name = name(registration, assembly)?;
        Some(instance(
            registration,
            name,
            ip,
            bound.port(),
            assembly.version.as_deref(),
        ))
    };
    assembly.registrations.iter().filter_map(instance).collect()
}

/// Names that no registry would take, told before anything starts.
pub(super) fn problems(assembly: &Assembly) -> Vec<Problem> {
    let wrong = |registration: &&&'static ServiceRegistration| name(registration, assembly).is_none();
    let problem = |registration: &&'static ServiceRegistration| {
        let subject = format!(
            "\"{}\" is not a service name",
            registration.name.unwrap_or(&assembly.name)
        );
        Problem::new(ProblemKind::ServiceRegistry, subject)
            .detail("stands at", registration.at.to_string())
            .detail(
                "mend",
                "give `#[service_registry(name = \"..\")]` a name of letters, digits, `.`, `_`, `:` and `-`",
            )
    };
    assembly.registrations.iter().filter(wrong).map(problem).collect()
}

fn name(registration: &ServiceRegistration, assembly: &Assembly) -> Option<ServiceName> {
    ServiceName::new(registration.name.unwrap_or(&assembly.name)).ok()
}

async fn address(assembly: &Assembly, registry: &ServiceRegistrySetup, bound: IpAddr) -> IpAddr {
    let probe = registry.provider.probe();
    let rules = AddressRules {
        explicit: assembly.settings.service_registry.ip,
        bound: Some(bound),
        environment: assembly.addresses.clone(),
        local_registry: probe.as_deref().is_none_or(is_loopback),
        registry: probe.or_else(|| Some("127.0.0.1:9".to_owned())),
    };
    let (ip, why) = advertised_ip(&rules).await;
    tracing::debug!("registering at {ip}: {why}");
    ip
}

fn is_loopback(target: &str) -> bool {
    match target.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_loopback(),
        Err(_) => target.rsplit_once(':').is_some_and(|(host, _)| host == "localhost"),
    }
}

fn instance(
    registration: &ServiceRegistration,
    name: ServiceName,
    ip: IpAddr,
    port: u16,
    version: Option<&str>,
) -> ServiceInstance {
    let mut instance = ServiceInstance::new(name, ip.to_string(), port);
    if let Some(weight) = registration.weight {
        instance = instance.weight(weight);
    }
    if let Some(version) = registration.version.or(version) {
        instance = instance.metadata("version", version);
    }
    for (key, value) in registration.metadata {
        instance = instance.metadata(*key, *value);
    }
    if let Some(group) = registration.group {
        instance = instance.group(group);
    }
    match registration.cluster {
        Some(cluster) => instance.cluster(cluster),
        None => instance,
    }
}
