//! The log of an application whose user installed none.

use std::str::FromStr;

use serde::Deserialize;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry;

/// The section `logging`. It is read once, at the start of `run()`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LoggingSettings {
    /// `error`, `warn`, `info`, `debug`, `trace`. Default: `info`.
    pub(super) level: Level,
    /// Levels by target, as in `RUST_LOG`, which wins over it: `info,my_crate=debug`. Default: `level` for everything.
    pub(super) filter: Option<LogFilter>,
    /// Default: `human` without a profile and in `dev`, `json` otherwise.
    pub(super) format: Option<LogFormat>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum LogFormat {
    /// One line of text per event.
    Human,
    /// One JSON object per event.
    Json,
}

/// Levels by target.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct LogFilter(Targets);

impl FromStr for LogFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            |error| format!("`{text}` is no filter ({error}): write levels and targets, such as `info,my_crate=debug`");
        text.parse().map(Self).map_err(wrong)
    }
}

impl TryFrom<String> for LogFilter {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl LoggingSettings {
    fn targets(&self, rust_log: Option<&str>) -> (Targets, Option<String>) {
        let configured = || match &self.filter {
            Some(filter) => filter.0.clone(),
            None => Targets::new().with_default(self.level.filter()),
        };
        match rust_log.map(str::parse::<LogFilter>) {
            Some(Ok(filter)) => (filter.0, None),
            Some(Err(wrong)) => (configured(), Some(wrong)),
            None => (configured(), None),
        }
    }
}

impl Level {
    const fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// Logs to standard error, unless the user installed a subscriber of his own. `rust_log` is the variable of that name.
pub(super) fn install(settings: &LoggingSettings, rust_log: Option<&str>, is_dev: bool) {
    if tracing::dispatcher::has_been_set() {
        return;
    }
    let (targets, wrong) = settings.targets(rust_log.filter(|text| !text.trim().is_empty()));
    let human = if is_dev { LogFormat::Human } else { LogFormat::Json };
    let layer = fmt::layer().with_writer(std::io::stderr);
    // An error means that somebody else was faster: his counts.
    let _ = match settings.format.unwrap_or(human) {
        LogFormat::Human => tracing::subscriber::set_global_default(registry().with(layer).with(targets)),
        LogFormat::Json => {
            let layer = layer.json().flatten_event(true);
            tracing::subscriber::set_global_default(registry().with(layer).with(targets))
        }
    };
    if let Some(wrong) = wrong {
        tracing::warn!("RUST_LOG: {wrong}; the section `logging` counts");
    }
}
