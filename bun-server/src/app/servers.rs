//! The sockets of an application: one for everybody, one for operators.

use std::sync::Arc;

use super::assembly::Assembly;
use super::management;
use crate::di::{Problem, ProblemKind};
use crate::health::HealthIndicators;
use crate::web::{Gate, RequestMetrics, Server, ServerService, ServerSettings};

/// What answers the requests of everybody.
pub(super) fn service(assembly: &Assembly, gate: &Arc<Gate>) -> ServerService {
    let metrics = RequestMetrics::new(&assembly.metrics);
    ServerService::new(
        Arc::clone(gate),
        assembly.settings.server.request_timeout,
        Some(metrics),
    )
}

/// Binds the main socket.
pub(super) async fn bind(assembly: &Assembly, service: &Arc<ServerService>) -> Result<Server, Vec<Problem>> {
    bound(&assembly.settings.server, Arc::clone(service)).await
}

async fn bound(settings: &ServerSettings, service: Arc<ServerService>) -> Result<Server, Vec<Problem>> {
    let (address, port) = (settings.address, settings.port);
    Server::start(address, port, settings, service).await.map_err(|error| {
        let at = std::net::SocketAddr::new(address, port);
        let problem = Problem::new(ProblemKind::Server, format!("{at} cannot be bound"))
            .detail("because", error.to_string())
            .detail(
                "mend",
                "set server.port (BUN_SERVER__PORT=0 takes any free one), or stop what listens there",
            );
        vec![problem]
    })
}

/// Binds the socket for operators, when there is one.
pub(super) async fn bind_management(
    assembly: &Assembly,
    gate: &Arc<Gate>,
    health: HealthIndicators,
) -> Result<Option<Server>, Vec<Problem>> {
    let Some(port) = assembly.settings.management.port else {
        return Ok(None);
    };
    let own = Arc::new(Gate::following(gate));
    management::open(&own, assembly, health);
    let settings = ServerSettings {
        address: assembly.settings.management.address,
        port,
        ..assembly.settings.server.clone()
    };
    let service = ServerService::new(own, settings.request_timeout, None);
    bound(&settings, Arc::new(service)).await.map(Some)
}
