//! What is measured of requests: how long each route took, and how many are under way.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::Method;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::gauge::Gauge;
use tokio::time::Instant;

use crate::metrics::{DurationFamily, Metrics};

/// Named after the [conventions](https://opentelemetry.io/docs/specs/semconv/http/http-metrics/) of OpenTelemetry.
#[derive(Clone, Debug)]
pub(crate) struct RequestMetrics {
    durations: DurationFamily<Labels>,
    active: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    http_request_method: &'static str,
    http_route: Route,
    http_response_status_code: u32,
}

/// The template of a route, such as `/orders/{id}`: there are as many as there are routes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Route {
    /// Nothing answered: the path is the caller's, and no label.
    None,
    Static(&'static str),
    Shared(Arc<str>),
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        let text = match self {
            Self::None => "",
            Self::Static(text) => text,
            Self::Shared(text) => text,
        };
        text.encode(encoder)
    }
}

tokio::task_local! {
    static MATCHED: RefCell<Route>;
}

/// Says which route answers the request that this task works for.
pub(super) fn matched(route: Route) {
    // Outside of a server there is nobody to tell.
    let _ = MATCHED.try_with(|matched| matched.replace(route));
}

/// Runs the work of one request; gives the route that said it was its own.
pub(super) async fn with_route<F: Future>(work: F) -> (F::Output, Route) {
    let work = async {
        let output = work.await;
        (output, MATCHED.with(|matched| matched.replace(Route::None)))
    };
    MATCHED.scope(RefCell::new(Route::None), work).await
}

/// Routes that do not say it themselves, or behind layers that may answer in their place.
pub fn observed(router: Router) -> Router {
    if !router.has_routes() {
        return router;
    }
    router.route_layer(axum::middleware::map_request(async |request: Request| {
        if let Some(path) = request.extensions().get::<MatchedPath>() {
            matched(Route::Shared(path.as_str().into()));
        }
        request
    }))
}

impl RequestMetrics {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        Self {
            durations: metrics.durations(
                "http_server_request_duration",
                "From the head of a request to the head of its answer",
            ),
            active: metrics.gauge("http_server_active_requests", "Requests whose answer has not begun"),
        }
    }

    /// Counts one request from now on.
    pub(super) fn begin(&self, method: &Method) -> Observed<'_> {
        self.active.inc();
        Observed {
            metrics: self,
            method: known(method),
            begun: Instant::now(),
        }
    }
}

/// One request that is under way; dropped without an answer, it counts no longer as such.
pub(super) struct Observed<'a> {
    metrics: &'a RequestMetrics,
    method: &'static str,
    begun: Instant,
}

impl Observed<'_> {
    pub(super) fn answered(self, route: Route, response: &Response) {
        let labels = Labels {
            http_request_method: self.method,
            http_route: route,
            http_response_status_code: response.status().as_u16().into(),
        };
        let duration = self.begun.elapsed().as_secs_f64();
        self.metrics.durations.get_or_create(&labels).observe(duration);
    }
}

impl Drop for Observed<'_> {
    fn drop(&mut self) {
        self.metrics.active.dec();
    }
}

/// A caller may invent methods; labels are not his.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "_OTHER",
    }
}
