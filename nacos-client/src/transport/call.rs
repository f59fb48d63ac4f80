//! From a [`Call`] to an [`Answer`]: token, deadline, failover, pauses.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, HeaderValue};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::http_transport::root_cause;
use super::{Answer, Call, Transport, TransportError};
use crate::auth::{Auth, Token};
use crate::config::SnapshotStore;
use crate::config::cipher::Ciphers;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::Namespace;
use crate::server_list::{Endpoint, ServerList};

const PRODUCT: HeaderValue = HeaderValue::from_static(concat!("Nacos-Rust-Client:v", env!("CARGO_PKG_VERSION")));
const JSON: HeaderValue = HeaderValue::from_static("application/json");

const REQUEST_ID: HeaderName = HeaderName::from_static("requestid");
const ACCESS_TOKEN: HeaderName = HeaderName::from_static("accesstoken");

/// How long and how often.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// One exchange with one server.
    pub(crate) attempt: Duration,
    /// A whole call with all its attempts and, if needed, the login.
    pub(crate) call: Duration,
    /// How often the whole list of servers is tried again.
    pub(crate) retries: u32,
}

/// What every handle of one client shares; tasks hold it too, so it owns none of them.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) servers: ServerList,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) namespace: Namespace,
    pub(crate) auth: Option<Auth>,
    pub(crate) limits: Limits,
    pub(crate) ciphers: Ciphers,
    pub(crate) snapshots: Option<SnapshotStore>,
    /// At most so many polls are in flight, however many keys are watched.
    pub(crate) polls: Semaphore,
    /// At most so many heartbeats are in flight, however many instances are kept.
    pub(crate) heartbeats: Semaphore,
    /// The same for what takes them out of their services, which must not wait for heartbeats.
    pub(crate) deletes: Semaphore,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) context_path: String,
    pub(crate) closed: AtomicBool,
    /// Whether it was looked up that the namespace is no display name.
    pub(crate) namespace_checked: AtomicBool,
}

impl Core {
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Sends `call` with failover and, after a refusal, one new login. An answer of any status is `Ok`.
    pub(crate) async fn send(&self, call: &Call<'_>) -> Result<Answer> {
        if self.is_closed() {
            return Err(Error::closed());
        }
        let deadline = Instant::now() + self.limits.call + call.wait;
        if let Some(endpoint) = &self.endpoint {
            endpoint.refresh(self, deadline).await?;
        }
        let Some(auth) = self.auth.as_ref().filter(|_| call.authenticated) else {
            return self.failover(call, None, deadline).await;
        };
        let token = self.token(auth, None, deadline).await?;
        let answer = self.failover(call, token.as_ref(), deadline).await?;
        if answer.status != 403 {
            return Ok(answer);
        }
        let refusal = answer.failure();
        if refusal.kind() == ErrorKind::Forbidden {
            return Ok(answer);
        }
        if let Some(token) = token {
            match self.token(auth, Some(token.generation), deadline).await? {
                Some(renewed) if renewed.generation != token.generation => {
                    let answer = self.failover(call, Some(&renewed), deadline).await?;
                    if answer.status == 403 {
                        auth.renewal_was_useless();
                    }
                    return Ok(answer);
                }
                _ => {}
            }
        }
        match auth.refusal() {
            Some(login) => Err(login.with_source(refusal)),
            None => Ok(answer),
        }
    }

    async fn token(&self, auth: &Auth, refused: Option<u64>, deadline: Instant) -> Result<Option<Token>> {
        match timeout_at(deadline, auth.token(self, refused)).await {
            Ok(token) => token,
            Err(_) => Err(Error::new(
                ErrorKind::Timeout,
                "no login within the deadline of the call",
            )),
        }
    }

    /// Tries the servers in turn, round after round, within `deadline`. Only a failure of transport is `Err`;
    /// the last answer is returned even when it is a 5xx.
    pub(crate) async fn failover(&self, call: &Call<'_>, token: Option<&Token>, deadline: Instant) -> Result<Answer> {
        // The usual case: the first server answers, and no order among the others is needed.
        let first = self.servers.pick(call.first);
        let (outcome, again) = self.attempt(call, token, first, deadline).await;
        if !again || call.only_first {
            return outcome;
        }
        let mut last = outcome;
        let rounds = if call.once { 0 } else { self.limits.retries };
        for round in 0..=rounds {
            if round > 0 {
                let pause = Duration::from_millis(fastrand::u64(50..=150)) * round;
                if Instant::now() + pause >= deadline {
                    break;
                }
                sleep_until(Instant::now() + pause).await;
            }
            let mut order = self.servers.order(call.first);
            if round == 0 {
                order.retain(|index| *index != first);
            }
            for index in order {
                if Instant::now() >= deadline {
                    break;
                }
                let (outcome, again) = self.attempt(call, token, index, deadline).await;
                if !again {
                    return outcome;
                }
                last = outcome;
            }
        }
        last
    }

    /// One exchange with one server; the flag says whether another server should be asked.
    async fn attempt(
        &self,
        call: &Call<'_>,
        token: Option<&Token>,
        index: usize,
        deadline: Instant,
    ) -> (Result<Answer>, bool) {
        let Some(server) = self.servers.get(index) else {
            return (
                Err(Error::new(ErrorKind::Unavailable, "no server is configured")),
                false,
            );
        };
        let request = match self.request(call, token, &server.origin) {
            Ok(request) => request,
            Err(error) => return (Err(error), false),
        };
        let until = deadline.min(Instant::now() + self.limits.attempt + call.wait);
        let Ok(outcome) = timeout_at(until, self.transport.exchange(request)).await else {
            let error = Error::new(ErrorKind::Timeout, "no answer within the deadline").with_server(server.authority());
            self.servers.failed(index, &error);
            return (Err(error), call.repeatable);
        };
        match outcome {
            Ok(response) => {
                let answer = Answer {
                    status: response.status().as_u16(),
                    body: response.into_body(),
                    server,
                    index,
                };
                let again = self.judge(&answer, call);
                (Ok(answer), again)
            }
            Err(failure) => {
                let again =
                    call.repeatable || matches!(failure, TransportError::Connect(_) | TransportError::ConnectTimeout);
                let error = transport_error(failure).with_server(server.authority());
                self.servers.failed(index, &error);
                (Err(error), again)
            }
        }
    }

    /// Whether another server may answer better. A 500 does not rest the server: it may be about this one request.
    fn judge(&self, answer: &Answer, call: &Call<'_>) -> bool {
        if answer.status < 500 {
            self.servers.succeeded(answer.index);
            return false;
        }
        let failure = answer.failure();
        if matches!(answer.status, 502..=504) && failure.kind() == ErrorKind::Unavailable {
            self.servers.failed(answer.index, &failure);
        }
        failure.is_retryable() && call.repeatable
    }

    fn request(&self, call: &Call<'_>, token: Option<&Token>, origin: &str) -> Result<http::Request<Bytes>> {
        let body = call.body();
        let mut request = http::Request::builder()
            .method(call.method.clone())
            .uri(call.target(origin, &self.context_path))
            .header(USER_AGENT, PRODUCT)
            .header(ACCEPT, JSON)
            .header(REQUEST_ID, request_id()?);
        if let Some((content_type, _)) = &body {
            request = request.header(CONTENT_TYPE, content_type);
        }
        if let Some(token) = token {
            request = request.header(ACCESS_TOKEN, token.header.clone());
        }
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        let body = body.map(|(_, bytes)| bytes).unwrap_or_default();
        request.body(body).map_err(|source| {
            Error::new(ErrorKind::InvalidArgument, "the request cannot be written").with_source(source)
        })
    }
}

/// Sixteen hexadecimal digits.
fn request_id() -> Result<HeaderValue> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut number = fastrand::u64(..);
    let mut text = [b'0'; 16];
    for place in &mut text {
        if let Some(digit) = usize::try_from(number & 15).ok().and_then(|index| DIGITS.get(index)) {
            *place = *digit;
        }
        number >>= 4;
    }
    HeaderValue::from_bytes(&text)
        .map_err(|source| Error::new(ErrorKind::InvalidArgument, "no request id").with_source(source))
}

fn transport_error(failure: TransportError) -> Error {
    let cause = root_cause(&failure);
    match &failure {
        TransportError::ConnectTimeout => Error::new(ErrorKind::Timeout, "no connection in time"),
        TransportError::TooLarge { limit } => Error::new(
            ErrorKind::Decode,
            format!("the answer is longer than {limit} bytes; raise `response_limit(..)` if that is right"),
        ),
        TransportError::Connect(_) => Error::new(ErrorKind::Unavailable, format!("no connection: {cause}")),
        TransportError::Broken(_) => Error::new(ErrorKind::Unavailable, format!("the connection broke off: {cause}")),
    }
    .with_source(failure)
}
