//! The one layer of the server; [`DUTIES`] are what it does, in this order, also for 404s.

use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, CONTENT_TYPE};
use http::{HeaderValue, Request, StatusCode};
use tower_service::Service;
use tracing::Instrument;

use super::gate::{Gate, Phase};
use super::observation::{RequestMetrics, with_route};
use super::{Problem, dep};
use crate::di::BoxError;
use crate::microservice::trace::{REQUEST_ID, RequestContext, RequestIds, extract};

/// What the layer does to a request, outermost first.
pub(crate) const DUTIES: [&str; 6] = [
    "request id",
    "trace context",
    "metrics",
    "span",
    "deadline",
    "panic guard",
];

/// Answers the requests of one server.
#[derive(Debug)]
pub(crate) struct ServerService {
    gate: Arc<Gate>,
    ids: RequestIds,
    request_timeout: Duration,
    metrics: Option<RequestMetrics>,
}

const LIVE: &str = "/health/live";
const READY: &str = "/health/ready";

impl ServerService {
    pub(crate) fn new(gate: Arc<Gate>, request_timeout: Duration, metrics: Option<RequestMetrics>) -> Self {
        Self {
            gate,
            ids: RequestIds::new(),
            request_timeout,
            metrics,
        }
    }

    pub(crate) async fn answer<B>(&self, request: Request<B>) -> Result<Response, Infallible>
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let context = extract(request.headers(), self.request_timeout, &self.ids);
        let request_id = Arc::clone(&context.request_id);
        let mut response = match request.uri().path() {
            // A server that is not ours may ask on.
            _ if self.gate.phase() == Phase::Stopped => Problem::new(StatusCode::SERVICE_UNAVAILABLE)
                .title("shutting down")
                .into_response(),
            LIVE => health(true),
            READY => health(self.gate.phase() == Phase::Ready),
            _ => match self.gate.router() {
                Some(router) => self.measured(router.clone(), request.map(Body::new), context).await,
                None => Problem::new(StatusCode::SERVICE_UNAVAILABLE)
                    .title("starting")
                    .into_response(),
            },
        };
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        if self.gate.is_closing() {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }

    async fn measured(&self, router: axum::Router, request: Request<Body>, context: RequestContext) -> Response {
        let Some(metrics) = &self.metrics else {
            return self.route(router, request, context).await;
        };
        let observed = metrics.begin(request.method());
        let (response, route) = with_route(self.route(router, request, context)).await;
        observed.answered(route, &response);
        response
    }

    async fn route(&self, mut router: axum::Router, request: Request<Body>, context: RequestContext) -> Response {
        let span = tracing::info_span!(
            "request",
            method = %request.method(),
            path = request.uri().path(),
            trace_id = %context.trace.trace_id(),
            request_id = &*context.request_id,
        );
        let deadline = context.deadline;
        let answer = async move {
            let handled = dep::in_request(self.gate.container(), router.call(request));
            let handled = Guarded(AssertUnwindSafe(Box::pin(handled)));
            let handled = match deadline {
                Some(deadline) => tokio::time::timeout_at(deadline, handled).await,
                None => Ok(handled.await),
            };
            match handled {
                Ok(Ok(Ok(response))) => response,
                Ok(Err(Panicked(what))) => {
                    tracing::error!("a handler panicked: {what}");
                    Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response()
                }
                Err(_) => Problem::new(StatusCode::GATEWAY_TIMEOUT)
                    .title("no answer in time")
                    .into_response(),
            }
        };
        context.scope(answer.instrument(span)).await
    }
}

fn health(up: bool) -> Response {
    let (status, body) = match up {
        true => (StatusCode::OK, r#"{"status":"UP"}"#),
        false => (StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"OUT_OF_SERVICE"}"#),
    };
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// Turns a panic into a value.
struct Guarded<F>(AssertUnwindSafe<Pin<Box<F>>>);

struct Panicked(String);

impl<F: Future> Future for Guarded<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.0.as_mut();
        match catch_unwind(AssertUnwindSafe(|| future.poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let what = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                Poll::Ready(Err(Panicked(what.unwrap_or_else(|| "without a message".to_owned()))))
            }
        }
    }
}
