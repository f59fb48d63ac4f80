//! The only reader of the wall clock.

use std::time::SystemTime;

/// Milliseconds since 1970, as Nacos writes them.
pub(crate) fn unix_millis() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    let now = SystemTime::now();
    now.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
