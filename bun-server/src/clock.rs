//! The wall clock, read here only: for display, HTTP dates and the age of files. Deadlines use [`tokio::time::Instant`].

use std::time::SystemTime;

/// The time of day.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
