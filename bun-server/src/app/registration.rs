use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::assembly::Assembly;
use super::phases::shown;
use super::stop::Hubs;
use crate::di::{Problem, ProblemKind};
use crate::error::with_sources;
use crate::microservice::ServiceRegistrySetup;
use crate::microservice::service_registry::{
    AddressRules, RegistryFailure, ServiceInstance, ServiceName, ServiceRegistration, ServiceRegistry, advertised_ip,
};

/// A registration that must succeed is waited for that long.
const REGISTRATION_TIMEOUT: Duration = Duration::from_secs(10);

/// What is registered: each `#[service_registry]` of the application, at the bound port and an address that others reach.
pub(super) async fn instances(assembly: &Assembly, bound: Option<SocketAddr>) -> Vec<ServiceInstance> {
    let Some(registry) = &assembly.parts.registry else {
        return Vec::new();
    };
    if assembly.registrations.is_empty() {
        return Vec::new();
    }
    let Some(bound) = bound else {
        tracing::warn!(
            "{} is not registered: it is embedded in another server, and its port is not known",
            assembly.name
        );
        return Vec::new();
    };
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

/// Registers, and waits for it only where the application must not run without it.
pub(super) async fn register(assembly: &Assembly, hubs: &Hubs, instances: Vec<ServiceInstance>) -> Result<(), Problem> {
    let Some(hub) = &hubs.registry else { return Ok(()) };
    for instance in instances {
        let what = format!("{} at {}", instance.service, instance.address());
        let failed = |because: String| {
            Problem::new(ProblemKind::ServiceRegistry, format!("{what} is not registered"))
                .detail("asked", hub.address())
                .detail("because", because)
                .detail(
                    "mend",
                    "start the registry, or set service_registry.on_failure to `retry`",
                )
        };
        if assembly.settings.service_registry.on_failure == RegistryFailure::Retry {
            hub.declare(instance).map_err(|error| failed(with_sources(&error)))?;
            continue;
        }
        match tokio::time::timeout(REGISTRATION_TIMEOUT, hub.register(&instance)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(failed(with_sources(&error))),
            Err(_) => return Err(failed(format!("no answer within {}", shown(REGISTRATION_TIMEOUT)))),
        }
    }
    Ok(())
}

/// How long it goes on serving after it was deregistered; warns when callers that poll could not notice in that time.
pub(super) fn pre_stop_delay(assembly: &Assembly) -> Duration {
    const DEFAULT: Duration = Duration::from_secs(5);
    let callers_elsewhere = assembly
        .parts
        .registry
        .as_ref()
        .is_some_and(|registry| registry.provider.has_remote_callers());
    if assembly.registrations.is_empty() || !callers_elsewhere {
        return assembly.settings.shutdown.pre_stop_delay.unwrap_or_default();
    }
    let delay = assembly.settings.shutdown.pre_stop_delay.unwrap_or(DEFAULT);
    let noticed = assembly.settings.service_registry.poll_interval.mul_f64(1.1) + Duration::from_secs(1);
    if delay < noticed {
        tracing::warn!(
            "shutdown.pre_stop_delay is {}: callers that look at the registry every {} may still call after the end",
            shown(delay),
            shown(assembly.settings.service_registry.poll_interval)
        );
    }
    delay
}
