//! Waiting for a condition instead of for a time.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

const BETWEEN_LOOKS: Duration = Duration::from_millis(15);

/// Looks until it sees what it waits for; at the deadline it fails with what it saw last.
pub async fn eventually<T, Look: Future<Output = Result<T, String>>>(
    deadline: Duration,
    mut look: impl FnMut() -> Look,
) -> T {
    let begun = Instant::now();
    loop {
        let seen = match look().await {
            Ok(found) => return found,
            Err(seen) => seen,
        };
        assert!(begun.elapsed() < deadline, "not within {deadline:?}: {seen}");
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// For the end of a look: what was waited for, or what is there instead.
///
/// # Errors
///
/// `otherwise`, when it does not hold.
pub fn holds(condition: bool, otherwise: impl std::fmt::Debug) -> Result<(), String> {
    if condition {
        Ok(())
    } else {
        Err(format!("{otherwise:?}"))
    }
}

/// A future that must end in time.
pub async fn within<T>(deadline: Duration, what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(deadline, future).await {
        Ok(output) => output,
        Err(_) => panic!("{what} did not end within {deadline:?}"),
    }
}
