//! What an application hands to its components besides each other.

use std::sync::Arc;
use std::time::Duration;

use super::assembly::Assembly;
use super::stop::Hubs;
use crate::config::ConfigService;
use crate::di::{BoxError, Construction, Edge, How, Inject, Problem, ProblemKind, Resources, Token};
use crate::metrics::Metrics;
use crate::microservice::config_center::ConfigCenter;
use crate::microservice::governance::Governance;
use crate::microservice::service_client::{HttpTransport, ServiceClient, ServiceClientOptions};
use crate::microservice::service_registry::ServiceRegistry;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// What components get besides each other.
pub(super) fn resources(assembly: &Assembly, hubs: &mut Hubs) -> Result<Resources, Problem> {
    let config: &ConfigService = &assembly.config;
    let wrong = |error: &dyn std::fmt::Display| Problem::new(ProblemKind::Config, error.to_string());
    let metrics = assembly.metrics.clone();
    let governance = Governance::new(config).map_err(|error| wrong(&error))?;
    let mut resources = Resources::new();
    resources.insert(config.clone());
    resources.insert(metrics.clone());
    resources.insert(governance.clone());
    if let Some(hub) = &hubs.center {
        resources.insert(Arc::new(hub.clone()) as Arc<dyn ConfigCenter>);
    }
    if let (Some(hub), Some(setup)) = (&hubs.registry, &assembly.parts.registry) {
        let registry = Arc::new(hub.clone()) as Arc<dyn ServiceRegistry>;
        let transport = Arc::new(HttpTransport::new(CONNECT_TIMEOUT));
        let client = ServiceClient::new(ServiceClientOptions {
            registry: Arc::clone(&registry),
            balancer: Arc::clone(&setup.balancer),
            transport: Arc::clone(&transport) as _,
            governance,
            settings: config.value_or_default("clients").map_err(|error| wrong(&error))?,
            metrics,
        });
        hubs.transport = Some(transport);
        hubs.client = Some(client.clone());
        resources.insert(registry);
        resources.insert(Arc::new(client));
    }
    Ok(resources)
}

impl Inject for Metrics {
    const EDGE: Edge = Edge {
        token: Token::of::<Self>(),
        how: How::Nothing,
    };

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        construction.next_target();
        construction.resources().require::<Self>().cloned()
    }
}
