use tracing_subscriber::filter::LevelFilter;

use super::sections::Level;

/// Logs to standard error, unless the user installed a subscriber of his own.
pub(super) fn install(level: Level) {
    let level = match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    if tracing::dispatcher::has_been_set() {
        return;
    }
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .finish();
    // Somebody else was faster: his counts.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
