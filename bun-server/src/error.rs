//! What kind of failure an error is, the same words for every provider.

use std::fmt;

/// The classes that providers map their own errors to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The thing does not exist.
    NotFound,
    /// The credentials are missing or wrong.
    Unauthorized,
    /// The credentials do not suffice.
    Forbidden,
    /// The request is wrong and stays so.
    InvalidArgument,
    /// Somebody else was first.
    Conflict,
    /// Too many requests.
    RateLimited,
    /// No server answers.
    Unavailable,
    /// No answer in time.
    Timeout,
    /// The answer cannot be read.
    Decode,
    /// The provider cannot do this.
    Unsupported,
    /// The handle is closed.
    Closed,
}

impl ErrorClass {
    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::RateLimited | Self::Unavailable | Self::Timeout | Self::Decode
        )
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
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

/// An error with its causes, on one line; a cause that is said already is not said again.
pub(crate) fn with_sources(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        source = cause.source();
    }
    text
}

/// The error of one layer: a class, the thing it is about, what to do, and the cause.
macro_rules! classified_error {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name {
            class: $crate::error::ErrorClass,
            subject: String,
            message: String,
            source: Option<$crate::di::BoxError>,
        }

        impl $name {
            /// An error of `class` about `subject` (a document, a service, a server's address).
            pub fn new(class: $crate::error::ErrorClass, subject: impl Into<String>, message: impl Into<String>) -> Self {
                Self { class, subject: subject.into(), message: message.into(), source: None }
            }

            /// Adds the cause.
            #[must_use]
            pub fn caused_by(mut self, source: impl Into<$crate::di::BoxError>) -> Self {
                self.source = Some(source.into());
                self
            }

            /// What kind of failure it is.
            #[must_use]
            pub fn class(&self) -> $crate::error::ErrorClass {
                self.class
            }

            /// What it is about.
            #[must_use]
            pub fn subject(&self) -> &str {
                &self.subject
            }

            /// What happened, without the subject.
            #[must_use]
            pub fn message(&self) -> &str {
                &self.message
            }

            /// Whether the same request may succeed later.
            #[must_use]
            pub fn is_retryable(&self) -> bool {
                self.class.is_retryable()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}: {}", self.subject, self.message)
            }
        }

        impl std::error::Error for $name {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                self.source.as_deref().map(|source| source as _)
            }
        }
    };
}
pub(crate) use classified_error;
