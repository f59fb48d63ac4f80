//! Measuring side by side on a machine that others use too: contenders take turns, ratios are taken within one turn,
//! and beside the time on the wall stands the processor time of the measuring thread.

mod background;
mod load;
mod race;
mod usage;

pub use self::background::Background;
pub use self::load::{Load, LoadTable};
pub use self::race::{Race, runtime};
pub use self::usage::{open_sockets, processor_time};

/// What a binary's `main` returns.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
