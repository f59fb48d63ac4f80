//! What can go wrong, in one type: [`Error`] with an [`ErrorKind`].

use std::error::Error as StdError;
use std::fmt;

/// The longest part of an answer's body that an error keeps.
const BODY_LIMIT: usize = 2048;

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The class of an [`Error`]: what a caller branches on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration, instance, service or namespace does not exist.
    NotFound,
    /// No valid identity: no credentials, a refused login, or a token that a new login did not mend.
    Unauthorized,
    /// The identity is known and lacks the permission.
    Forbidden,
    /// An argument was refused, by this crate before sending or by the server.
    InvalidArgument,
    /// The state on the server contradicts the call: compare-and-set lost, already exists, wrong service type.
    Conflict,
    /// The server asks for fewer calls.
    RateLimited,
    /// No server could serve the call: refused, reset, 5xx, not ready.
    Unavailable,
    /// No answer within the deadline.
    Timeout,
    /// An answer that cannot be understood.
    Decode,
    /// The server does not know this operation: too old, switched off, or another product.
    Unsupported,
    /// The client was closed.
    Closed,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotFound => "not found",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::InvalidArgument => "invalid argument",
            Self::Conflict => "conflict",
            Self::RateLimited => "rate limited",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timed out",
            Self::Decode => "unreadable answer",
            Self::Unsupported => "unsupported",
            Self::Closed => "closed",
        })
    }
}

/// A failed call: its class, what the server said, and what to do.
///
/// `Display` is one line for people; programs use [`Error::kind`], [`Error::code`] and the other getters.
/// No password or token is ever part of it.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    message: String,
    code: Option<i64>,
    status: Option<u16>,
    server: Option<String>,
    body: Option<String>,
    field: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                message: message.into(),
                code: None,
                status: None,
                server: None,
                body: None,
                field: None,
                source: None,
            }),
        }
    }

    pub(crate) fn invalid(field: &'static str, message: impl fmt::Display) -> Self {
        let mut error = Self::new(ErrorKind::InvalidArgument, format!("{field}: {message}"));
        error.inner.field = Some(field);
        error
    }

    pub(crate) fn closed() -> Self {
        Self::new(
            ErrorKind::Closed,
            "the client was closed; build a new one to go on calling",
        )
    }

    pub(crate) fn with_code(mut self, code: Option<i64>) -> Self {
        self.inner.code = code;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.inner.status = Some(status);
        self
    }

    pub(crate) fn with_server(mut self, server: impl Into<String>) -> Self {
        self.inner.server = Some(server.into());
        self
    }

    pub(crate) fn with_body(mut self, body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(&body[..body.len().min(BODY_LIMIT)]);
        self.inner.body = Some(text.into_owned());
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    pub(crate) fn with_context(mut self, context: impl fmt::Display) -> Self {
        self.inner.message = format!("{context}: {}", self.inner.message);
        self
    }

    /// The class of this error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// True when the same call may succeed later or elsewhere without anyone changing it.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.inner.kind,
            ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::RateLimited
        )
    }

    /// True for [`ErrorKind::NotFound`].
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.inner.kind == ErrorKind::NotFound
    }

    /// Nacos's own number, such as 20004, when the answer carried one.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        self.inner.code
    }

    /// The HTTP status, when there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.inner.status
    }

    /// The server that was asked last.
    #[must_use]
    pub fn server(&self) -> Option<&str> {
        self.inner.server.as_deref()
    }

    /// The beginning of the raw answer (at most 2 KiB), when there was one.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.inner.body.as_deref()
    }

    /// The argument that was refused before anything was sent.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.inner.field
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        write!(formatter, "{}: {}", inner.kind, inner.message)?;
        match (inner.status, inner.code) {
            (Some(status), Some(code)) => write!(formatter, " (HTTP {status}, code {code}")?,
            (Some(status), None) => write!(formatter, " (HTTP {status}")?,
            (None, Some(code)) => write!(formatter, " (code {code}")?,
            (None, None) => {
                return match &inner.server {
                    Some(server) => write!(formatter, " (server {server})"),
                    None => Ok(()),
                };
            }
        }
        if let Some(server) = &inner.server {
            write!(formatter, ", server {server}")?;
        }
        formatter.write_str(")")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        formatter
            .debug_struct("Error")
            .field("kind", &inner.kind)
            .field("message", &inner.message)
            .field("code", &inner.code)
            .field("status", &inner.status)
            .field("server", &inner.server)
            .field("body", &inner.body)
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_class_status_code_and_server() {
        let error = Error::new(ErrorKind::NotFound, "no such document")
            .with_status(200)
            .with_code(Some(20004))
            .with_server("10.0.0.1:8848");
        assert_eq!(
            error.to_string(),
            "not found: no such document (HTTP 200, code 20004, server 10.0.0.1:8848)"
        );
    }

    #[test]
    fn is_one_word_wide_and_sendable() {
        fn sendable<T: Send + Sync + 'static>() {}
        sendable::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn keeps_the_beginning_of_a_long_body_only() {
        let error = Error::new(ErrorKind::Decode, "x").with_body(&[b'a'; 100_000]);
        assert_eq!(error.body().map(str::len), Some(BODY_LIMIT));
    }
}
