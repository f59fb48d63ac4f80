use std::fmt;
use std::future::Future;
use std::sync::Arc;

use tokio::time::Instant;

/// Identity of a trace and of the span in it that is current.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    flags: u8,
    state: Option<Arc<str>>,
}

const SAMPLED: u8 = 0x01;
const RANDOM: u8 = 0x02;

impl TraceContext {
    /// A new trace, sampled.
    #[must_use]
    pub fn root() -> Self {
        Self {
            trace_id: nonzero(|| fastrand::u128(..)),
            span_id: new_span_id(),
            flags: SAMPLED | RANDOM,
            state: None,
        }
    }

    /// A new span below this one.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            span_id: new_span_id(),
            ..self.clone()
        }
    }

    /// The trace, 32 hex digits.
    #[must_use]
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// The span, 16 hex digits.
    #[must_use]
    pub fn span_id(&self) -> String {
        format!("{:016x}", self.span_id)
    }

    /// Whether the trace is recorded.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    pub(crate) fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    pub(crate) fn with_state(mut self, state: Option<String>) -> Self {
        self.state = state.map(Into::into);
        self
    }

    /// Parses a `traceparent`, strictly: lower hex, exact lengths, no zero ids, no version `ff`.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let bytes = header.as_bytes();
        let version = hex(header.get(0..2)?)?;
        let ends_well = match bytes.len() {
            55 => true,
            56.. => version > 0 && bytes[55] == b'-',
            _ => false,
        };
        let dashes = [2, 35, 52].iter().all(|at| bytes.get(*at) == Some(&b'-'));
        if version == 0xff || !ends_well || !dashes {
            return None;
        }
        let trace_id = hex(header.get(3..35)?)?;
        let span_id = u64::try_from(hex(header.get(36..52)?)?).ok()?;
        let flags = u8::try_from(hex(header.get(53..55)?)?).ok()?;
        // Flags that this version does not know are not passed on.
        let flags = flags & (SAMPLED | RANDOM);
        (trace_id != 0 && span_id != 0).then_some(Self {
            trace_id,
            span_id,
            flags,
            state: None,
        })
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, self.flags)
    }
}

fn hex(digits: &str) -> Option<u128> {
    let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    digits
        .bytes()
        .all(lower)
        .then(|| u128::from_str_radix(digits, 16).ok())?
}

fn new_span_id() -> u64 {
    nonzero(|| fastrand::u64(..))
}

fn nonzero<T: PartialEq + Default>(mut draw: impl FnMut() -> T) -> T {
    loop {
        let drawn = draw();
        if drawn != T::default() {
            return drawn;
        }
    }
}

/// What a request carries with it, and what the calls made for it carry on.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// Its place in the trace.
    pub trace: TraceContext,
    /// Its id, from the caller or new.
    pub request_id: Arc<str>,
    /// When its caller stops waiting.
    pub deadline: Option<Instant>,
}

tokio::task_local! {
    static CURRENT: RequestContext;
}

impl RequestContext {
    /// The context of the request that this task works for. A spawned task has none: hand it over with [`scope`](Self::scope).
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs a future with this context.
    pub fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, future)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_valid_traceparent_is_read_and_written_back() {
        let context = TraceContext::parse(VALID).unwrap();
        assert_eq!(context.to_string(), VALID);
        let child = context.child();
        assert_eq!(child.trace_id(), context.trace_id());
        assert_ne!(child.span_id(), context.span_id());
    }

    #[test]
    fn the_rules_of_the_standard_hold() {
        let accepted = [
            VALID.to_owned(),
            VALID.replace("00-0af", "cc-0af"),
            format!("{}-what-the-future-holds", VALID.replace("00-0af", "cc-0af")),
        ];
        let refused = [
            VALID.to_uppercase(),
            format!("{VALID}-extra"),
            format!("{}.x", VALID.replace("00-0af", "cc-0af")),
            VALID.replace("00-0af", "ff-0af"),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01".to_owned(),
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01".to_owned(),
            VALID[..54].to_owned(),
            VALID.replace("-01", "-1 "),
            VALID.replace('-', "_"),
            "十".repeat(20),
            String::new(),
        ];
        for header in accepted {
            assert!(TraceContext::parse(&header).is_some(), "{header}");
        }
        for header in refused {
            assert!(TraceContext::parse(&header).is_none(), "{header}");
        }
    }

    #[test]
    fn unknown_flags_are_not_passed_on() {
        assert!(
            TraceContext::parse(&VALID.replace("-01", "-ff"))
                .unwrap()
                .to_string()
                .ends_with("-03")
        );
    }
}
