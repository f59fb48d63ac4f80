use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::json;

use super::assembly::Assembly;
use crate::config::ConfigService;
use crate::health::{HealthIndicators, HealthStatus};
use crate::metrics::Metrics;
use crate::web::Gate;

/// What the management server tells.
#[derive(Clone)]
struct State {
    health: HealthIndicators,
    metrics: Metrics,
    info: Arc<serde_json::Value>,
    config: ConfigService,
}

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Opens a gate of its own: `/health`, `/metrics`, `/info` and `/config` for operators, besides `/health/live` and `/health/ready`.
pub(super) fn open(gate: &Gate, assembly: &Assembly, health: HealthIndicators) {
    let (name, version) = (&assembly.name, assembly.version.as_deref());
    let state = State {
        health,
        metrics: assembly.metrics.clone(),
        config: assembly.config.clone(),
        info: Arc::new(json!({ "app": { "name": name, "version": version } })),
    };
    let (for_health, for_metrics, for_info) = (state.clone(), state.clone(), state.clone());
    let (for_config, for_path) = (state.clone(), state);
    let router = Router::new()
        .route("/health", get(|| async move { details(&for_health.health).await }))
        .route(
            "/metrics",
            get(|| async move { ([(CONTENT_TYPE, OPEN_METRICS)], for_metrics.metrics.render()) }),
        )
        .route("/info", get(|| async move { axum::Json((*for_info.info).clone()) }))
        .route("/config", get(|| async move { effective(&for_config.config) }))
        .route(
            "/config/{path}",
            get(|Path(path): Path<String>| async move { axum::Json(for_path.config.explain(&path)).into_response() }),
        );
    gate.open(router);
}

/// Every value as it counts, always masked.
fn effective(config: &ConfigService) -> Response {
    let precedence: Vec<_> = config.precedence().strongest_first().collect();
    axum::Json(json!({
        "revision": config.revision(),
        "precedence": precedence,
        "values": config.effective(),
    }))
    .into_response()
}

async fn details(health: &HealthIndicators) -> Response {
    let (status, parts) = health.check().await;
    let code = match status {
        HealthStatus::Up | HealthStatus::Degraded => StatusCode::OK,
        HealthStatus::Down => StatusCode::SERVICE_UNAVAILABLE,
    };
    (code, axum::Json(json!({ "status": status, "parts": parts }))).into_response()
}
