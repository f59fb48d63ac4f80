//! The one layer of the server: request id, trace context, span, deadline, panic guard; in this order, also for 404s.

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
use super::{Problem, dep};
use crate::di::BoxError;
use crate::microservice::trace::{REQUEST_ID, RequestContext, RequestIds, extract};

/// Answers the requests of one server.
#[derive(Debug)]
pub(super) struct ServerService {
    pub(super) gate: Arc<Gate>,
    pub(super) ids: RequestIds,
    pub(super) request_timeout: Duration,
}

const LIVE: &str = "/health/live";
const READY: &str = "/health/ready";

impl ServerService {
    pub(super) async fn answer<B>(&self, request: Request<B>) -> Result<Response, Infallible>
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let context = extract(request.headers(), self.request_timeout, &self.ids);
        let request_id = Arc::clone(&context.request_id);
        let mut response = match request.uri().path() {
            LIVE => health(true),
            READY => health(self.gate.phase() == Phase::Ready),
            _ => match self.gate.router() {
                Some(router) => self.route(router.clone(), request.map(Body::new), context).await,
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
