use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

/// Runs one phase of the start and logs how long it took.
pub(super) async fn starting<T>(application: &str, phase: &str, work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let done = work.await;
    tracing::debug!("{application} starts: {phase} took {}", shown(begun.elapsed()));
    done
}

/// Runs one phase of the stop and logs how long it took.
pub(super) async fn stopping<T>(application: &str, phase: &str, work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let done = work.await;
    tracing::info!("{application} stops: {phase} took {}", shown(begun.elapsed()));
    done
}

/// `4 ms`, `1.3 s`
pub(super) fn shown(duration: Duration) -> String {
    match duration.as_millis() {
        milliseconds @ ..1000 => format!("{milliseconds} ms"),
        _ => format!("{:.1} s", duration.as_secs_f64()),
    }
}
