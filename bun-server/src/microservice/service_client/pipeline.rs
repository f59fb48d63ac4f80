use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use prometheus_client::encoding::EncodeLabelSet;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::discovery::{Discovery, Nobody, Target};
use super::error::Call;
use super::settings::{BalancerName, ClientSettings};
use super::{ClientError, MethodSite, ServiceRequest, ServiceResponse, Transport, TransportError};
use crate::config::ConfigValue;
use crate::di::{BoxError, Construction, Edge, Inject};
use crate::metrics::{CounterFamily, Metrics};
use crate::microservice::governance::{BreakerPolicy, BreakerSettings, CircuitBreaker, Governance, Permit};
use crate::microservice::load_balancer::LoadBalancer;
use crate::microservice::service_registry::{ServiceName, ServiceRegistry};
use crate::microservice::trace::{REQUEST_TIMEOUT_MS, RequestContext, RequestIds, TraceContext};

/// Calls other services by name. Injectable as a field, cheap to clone.
///
/// ```no_run
/// use std::time::Duration;
/// use bun_server::prelude::*;
///
/// # async fn example(client: ServiceClient) -> Result<(), ClientError> {
/// let stock: u32 = client
///     .get("stock-service", "/stock/{sku}")
///     .path("sku", "A-7")
///     .query("region", "cn")
///     .timeout(Duration::from_millis(300))
///     .json()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ServiceClient {
    shared: Arc<Shared>,
}

struct Shared {
    discovery: Discovery,
    transport: Arc<dyn Transport>,
    governance: Governance,
    settings: ConfigValue<std::collections::BTreeMap<String, ClientSettings>>,
    calls: CounterFamily<CallLabels>,
    ids: RequestIds,
}

/// What a client is made of.
pub(crate) struct ServiceClientOptions {
    pub(crate) registry: Arc<dyn ServiceRegistry>,
    pub(crate) balancer: Arc<dyn LoadBalancer>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) governance: Governance,
    pub(crate) settings: ConfigValue<std::collections::BTreeMap<String, ClientSettings>>,
    pub(crate) metrics: Metrics,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    service: String,
    outcome: &'static str,
}

const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
const CALL_DEADLINE: Duration = Duration::from_secs(10);
const MAX_RESPONSE: usize = 10 * 1024 * 1024;

impl ServiceClient {
    pub(crate) fn new(options: ServiceClientOptions) -> Self {
        let calls = options
            .metrics
            .counters("bun_client_requests", "Calls of other services, by outcome");
        let shared = Shared {
            discovery: Discovery::new(options.registry, options.balancer),
            transport: options.transport,
            governance: options.governance,
            settings: options.settings,
            calls,
            ids: RequestIds::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// A call of a `#[service_client]` method.
    #[doc(hidden)]
    pub fn call(&self, site: &'static MethodSite) -> ServiceRequest {
        ServiceRequest::new(self.clone(), site.method, site.service.to_owned(), site.path.to_owned()).at(site)
    }

    /// Reads: `client.get("stock-service", "/stock/{sku}")`.
    pub fn get(&self, service: impl Into<String>, path: impl Into<String>) -> ServiceRequest {
        ServiceRequest::new(self.clone(), "GET", service.into(), path.into())
    }

    /// Creates or acts: `client.post("order-service", "/orders")`.
    pub fn post(&self, service: impl Into<String>, path: impl Into<String>) -> ServiceRequest {
        ServiceRequest::new(self.clone(), "POST", service.into(), path.into())
    }

    /// Replaces.
    pub fn put(&self, service: impl Into<String>, path: impl Into<String>) -> ServiceRequest {
        ServiceRequest::new(self.clone(), "PUT", service.into(), path.into())
    }

    /// Changes a part.
    pub fn patch(&self, service: impl Into<String>, path: impl Into<String>) -> ServiceRequest {
        ServiceRequest::new(self.clone(), "PATCH", service.into(), path.into())
    }

    /// Removes.
    pub fn delete(&self, service: impl Into<String>, path: impl Into<String>) -> ServiceRequest {
        ServiceRequest::new(self.clone(), "DELETE", service.into(), path.into())
    }

    pub(super) async fn execute(&self, request: ServiceRequest) -> Result<ServiceResponse, ClientError> {
        let service = request.service.clone();
        let outcome = self.within_deadline(request).await;
        self.count(service, &outcome);
        outcome
    }

    pub(super) async fn execute_json<T: DeserializeOwned + 'static>(
        &self,
        request: ServiceRequest,
    ) -> Result<T, ClientError> {
        let service = request.service.clone();
        let outcome = self.within_deadline(request).await.and_then(ServiceResponse::json);
        self.count(service, &outcome);
        outcome
    }

    fn count<T>(&self, service: String, outcome: &Result<T, ClientError>) {
        let outcome = outcome.as_ref().map_or_else(ClientError::outcome, |_| "ok");
        self.shared.calls.get_or_create(&CallLabels { service, outcome }).inc();
    }

    async fn within_deadline(&self, request: ServiceRequest) -> Result<ServiceResponse, ClientError> {
        let context = RequestContext::current();
        let settings = self.shared.settings.get();
        let settings = settings.get(&request.service);
        let own = settings.and_then(|settings| settings.deadline).unwrap_or(CALL_DEADLINE);
        let now = Instant::now();
        let inherited = context.as_ref().and_then(|context| context.deadline);
        let deadline = inherited.map_or(now + own, |inherited| inherited.min(now + own));
        let call = request.describe();
        let attempt = Attempt {
            client: &self.shared,
            request,
            settings,
            context,
            deadline,
        };
        match tokio::time::timeout_at(deadline, attempt.run()).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ClientError::Timeout {
                call,
                limit: deadline.saturating_duration_since(now),
            }),
        }
    }

    /// Waits until calls of a service go to `address`, or no longer do.
    #[cfg(feature = "testing")]
    pub(crate) async fn follows(&self, name: &ServiceName, address: &str, present: bool) {
        self.shared.discovery.follows(name, address, present).await;
    }

    pub(crate) async fn close(&self) {
        self.shared.discovery.close().await;
    }
}

impl fmt::Debug for ServiceClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceClient")
            .field("discovery", &self.shared.discovery)
            .finish_non_exhaustive()
    }
}

impl Inject for ServiceClient {
    const EDGE: Edge = <Arc<Self> as Inject>::EDGE;

    fn inject(construction: &mut Construction<'_>) -> Result<Self, BoxError> {
        <Arc<Self> as Inject>::inject(construction).map(|client| (*client).clone())
    }
}

/// One attempt: pick, breaker, timeout, span, transport; in this order.
struct Attempt<'a> {
    client: &'a Shared,
    request: ServiceRequest,
    settings: Option<&'a ClientSettings>,
    context: Option<RequestContext>,
    deadline: Instant,
}

impl Attempt<'_> {
    async fn run(self) -> Result<ServiceResponse, ClientError> {
        let mut call = self.request.describe();
        let path = self.request.path_and_query()?;
        let name = ServiceName::new(self.request.service.as_str()).map_err(|error| ClientError::InvalidRequest {
            call: call.clone(),
            message: error.to_string(),
        })?;
        let balancer = self
            .settings
            .and_then(|settings| settings.load_balancer)
            .map(BalancerName::balancer);
        let target = match self.client.discovery.service(&name, balancer.as_deref()).pick().await {
            Ok(target) => target,
            Err(Nobody::NoInstance) => return Err(ClientError::NoInstance { call }),
            Err(Nobody::Discovery(source)) => return Err(ClientError::Discovery { call, source }),
        };
        call.instance = Some(target.address.to_string());
        let permit = self.permit(&target)?;
        let _active = target.candidate.begin();
        let request = self.write(&target, &path, &call)?;
        let limit = self.attempt_timeout();
        let outcome = match tokio::time::timeout(limit, self.client.exchange(request, call.clone())).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ClientError::Timeout { call, limit }),
        };
        settle(permit, &outcome);
        outcome
    }

    /// Leave of the instance's breaker, where the site, the service or the defaults ask for one.
    fn permit(&self, target: &Target) -> Result<Option<Permit>, ClientError> {
        let policy = self.request.site.map(|site| site.policy);
        let site = policy.map_or(self.request.service.as_str(), |policy| policy.name);
        let service: Vec<BreakerPolicy> = self
            .settings
            .and_then(|settings| settings.circuit_breaker.as_ref())
            .filter(|breaker| breaker.enabled != Some(false))
            .map(BreakerSettings::policy)
            .into_iter()
            .collect();
        let attribute = policy.and_then(|policy| policy.circuit_breaker);
        let Some(parameters) = self.client.governance.parameters(site, attribute.as_ref(), &service) else {
            return Ok(None);
        };
        let make = || CircuitBreaker::new(format!("{site}@{}", target.address), parameters);
        let breaker = target.breaker(site, make);
        breaker.adjust(parameters);
        Ok(Some(breaker.try_acquire()?))
    }

    /// The most specific word on the time of one attempt.
    fn attempt_timeout(&self) -> Duration {
        let governance = &self.client.governance;
        let policy = self.request.site.map(|site| site.policy);
        self.request
            .timeout
            .or_else(|| policy.and_then(|policy| governance.timeout(policy.name)))
            .or_else(|| policy.and_then(|policy| policy.timeout))
            .or_else(|| self.settings.and_then(|settings| settings.timeout))
            .or_else(|| governance.default_timeout())
            .unwrap_or(ATTEMPT_TIMEOUT)
    }

    fn write(&self, target: &Target, path: &str, call: &Call) -> Result<Request<Full<Bytes>>, ClientError> {
        let context = self.context.clone().unwrap_or_else(|| RequestContext {
            trace: TraceContext::root(),
            request_id: self.client.ids.next(),
            deadline: None,
        });
        let mut request = Request::builder()
            .method(self.request.method)
            .uri(format!("http://{}{path}", target.address))
            .body(Full::new(self.request.body.clone()))
            .map_err(|error| ClientError::InvalidRequest {
                call: Box::new(call.clone()),
                message: error.to_string(),
            })?;
        let headers = request.headers_mut();
        *headers = self.request.headers.clone();
        let span = context.trace.child();
        context.inject(headers, &span);
        let left = self
            .deadline
            .saturating_duration_since(Instant::now())
            .min(self.attempt_timeout());
        headers.insert(
            REQUEST_TIMEOUT_MS,
            HeaderValue::from(u64::try_from(left.as_millis()).unwrap_or(u64::MAX)),
        );
        tracing::debug!(service = %call.service, instance = %target.address, span_id = %span.span_id(), "{call}");
        Ok(request)
    }
}

impl Shared {
    async fn exchange(&self, request: Request<Full<Bytes>>, call: Box<Call>) -> Result<ServiceResponse, ClientError> {
        let response = match self.transport.send(request).await {
            Ok(response) => response,
            Err(TransportError::Connect(source)) => return Err(ClientError::Connect { call, source }),
            Err(TransportError::Interrupted(source)) => return Err(ClientError::Interrupted { call, source }),
        };
        let (head, body) = response.into_parts();
        match Limited::new(body, MAX_RESPONSE).collect().await {
            Ok(body) => Ok(ServiceResponse {
                call,
                status: head.status,
                headers: head.headers,
                body: body.to_bytes(),
            }),
            Err(error) if error.is::<LengthLimitError>() => {
                let source = format!("the body is larger than {MAX_RESPONSE} bytes").into();
                Err(ClientError::Decode { call, source })
            }
            Err(source) => Err(ClientError::Interrupted { call, source }),
        }
    }
}

/// What a breaker counts: no connection, no answer, a broken one, or a server's error. An answer below 500 is a success.
fn settle(permit: Option<Permit>, outcome: &Result<ServiceResponse, ClientError>) {
    let Some(permit) = permit else { return };
    match outcome {
        Ok(response) if !response.status().is_server_error() => permit.success(),
        Ok(_) | Err(ClientError::Connect { .. } | ClientError::Interrupted { .. } | ClientError::Timeout { .. }) => {
            permit.failure();
        }
        Err(_) => drop(permit),
    }
}

#[cfg(test)]
mod tests;
