use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;

use super::{RequestContext, TraceContext};

pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
pub(crate) const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long the caller still waits, in milliseconds.
pub(crate) const REQUEST_TIMEOUT_MS: HeaderName = HeaderName::from_static("x-request-timeout-ms");

/// The context of an incoming request: a child of its caller's span, or a new trace.
pub(crate) fn extract(headers: &HeaderMap, own_timeout: Duration, ids: &RequestIds) -> RequestContext {
    let parent = only(headers, &TRACEPARENT).and_then(TraceContext::parse);
    let trace = match parent {
        Some(parent) => parent.child().with_state(trace_state(headers)),
        None => TraceContext::root(),
    };
    let request_id = only(headers, &REQUEST_ID)
        .filter(|id| valid_request_id(id))
        .map_or_else(|| ids.next(), Arc::from);
    let asked = only(headers, &REQUEST_TIMEOUT_MS)
        .and_then(|text| text.parse().ok())
        .map(Duration::from_millis);
    let timeout = asked.map_or(own_timeout, |asked| asked.min(own_timeout));
    RequestContext {
        trace,
        request_id,
        deadline: Instant::now().checked_add(timeout),
    }
}

impl RequestContext {
    /// Writes the headers of a call that is made for this request.
    pub(crate) fn inject(&self, headers: &mut HeaderMap, span: &TraceContext) {
        insert(headers, TRACEPARENT, &span.to_string());
        if let Some(state) = span.state() {
            insert(headers, TRACESTATE, state);
        }
        insert(headers, REQUEST_ID, &self.request_id);
    }
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// All `tracestate` headers as one, unless a member is malformed or there are too many: then none.
fn trace_state(headers: &HeaderMap) -> Option<String> {
    let mut members = Vec::new();
    for value in headers.get_all(&TRACESTATE) {
        for member in value
            .to_str()
            .ok()?
            .split(',')
            .map(|member| member.trim_matches([' ', '\t']))
        {
            if !member.is_empty() {
                let (key, value) = member.split_once('=')?;
                if !valid_key(key) || !valid_value(value) {
                    return None;
                }
                members.push(member);
            }
        }
    }
    (1..=32).contains(&members.len()).then(|| members.join(","))
}

fn valid_key(key: &str) -> bool {
    let first = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=256).contains(&key.len())
        && key.bytes().next().is_some_and(first)
        && key.bytes().all(|byte| first(byte) || b"_-*/@".contains(&byte))
}

fn valid_value(value: &str) -> bool {
    (1..=256).contains(&value.len())
        && !value.ends_with(' ')
        && value
            .bytes()
            .all(|byte| (0x20..=0x7e).contains(&byte) && byte != b',' && byte != b'=')
}

/// Ids from outside reach logs: 1 to 64 letters, digits and dashes.
pub(crate) fn valid_request_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Request ids of one server: a random start and a counter.
#[derive(Debug)]
pub(crate) struct RequestIds {
    prefix: u64,
    count: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        Self {
            prefix: fastrand::u64(..),
            count: AtomicU64::new(0),
        }
    }

    pub(crate) fn next(&self) -> Arc<str> {
        // Relaxed: the number orders nothing but itself.
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}-{count:x}", self.prefix).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[tokio::test(start_paused = true)]
    async fn a_request_continues_its_callers_trace() {
        let ids = RequestIds::new();
        let incoming = headers(&[
            ("traceparent", PARENT),
            ("tracestate", "a=1, ,b@x=2"),
            ("tracestate", "c=3"),
            ("x-request-id", "abc-1"),
            ("x-request-timeout-ms", "500"),
        ]);
        let context = extract(&incoming, Duration::from_secs(30), &ids);
        assert_eq!(context.trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(&*context.request_id, "abc-1");
        assert_eq!(context.deadline, Some(Instant::now() + Duration::from_millis(500)));
        let mut outgoing = HeaderMap::new();
        let span = context.trace.child();
        context.inject(&mut outgoing, &span);
        assert_eq!(outgoing["traceparent"], span.to_string());
        assert_eq!(outgoing["tracestate"], "a=1,b@x=2,c=3");
        assert_eq!(outgoing["x-request-id"], "abc-1");
    }

    #[tokio::test]
    async fn what_is_malformed_starts_anew() {
        let ids = RequestIds::new();
        let incoming = headers(&[
            ("traceparent", PARENT),
            ("traceparent", PARENT),
            ("tracestate", "a=1"),
            ("x-request-id", "a b/../c"),
            ("x-request-timeout-ms", "soon"),
        ]);
        let context = extract(&incoming, Duration::from_secs(30), &ids);
        assert_ne!(context.trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(context.trace.state(), None);
        assert_eq!(context.request_id.len(), 18);
        assert_ne!(ids.next(), ids.next());
    }
}
