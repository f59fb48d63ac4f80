//! The application: what it is made of, how it starts, how it stops.
//!
//! Start: local configuration → the config center's documents → one check of the graph and of every configuration value →
//! construction → the socket (`/health/live` answers, everything else 503) → `on_start` hooks → ready → registration → `on_ready` hooks.
//!
//! Stop: `/health/ready` answers 503 and answers carry `Connection: close` → deregistration → the pause in which callers
//! notice (`shutdown.pre_stop_delay`) → no new connections, the open ones finish (`shutdown.drain_timeout`) → `on_stop`
//! hooks in reverse → clients and registries close.
//!
//! Every phase is timed and logged: those of the start at `debug`, those of the stop at `info`.

mod assembly;
mod builder;
mod check_report;
mod error;
mod handle;
mod hooks;
mod logging;
mod main_function;
mod management;
mod parts;
mod phases;
mod registration;
mod resources;
mod sections;
mod servers;
mod signals;
mod start;
mod stop;
#[cfg(feature = "testing")]
pub(crate) mod substitutes;

pub use crate::web::Phase;
pub use builder::Application;
pub use check_report::{CheckReport, CheckedRoute};
pub use error::{AppError, AppResult, ShutdownReport, StartupReport};
pub use handle::{AppFuture, ApplicationHandle};
pub use main_function::{MainOutput, run_main};
pub use signals::{ShutdownSignal, shutdown_signal};
