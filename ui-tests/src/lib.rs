//! What the compiler says about wrong uses of the attributes, and that right uses compile without a warning.
//!
//! A case is a file: `<macro>/fail/<what_is_wrong>.rs` with what the compiler says beside it in `.stderr`, or
//! `<macro>/pass/<what_works>.rs`. All cases are binaries of one scratch package below the target folder, checked by one
//! `cargo check`. `RUSTC` names the compiler whose messages are pinned whole; on another compiler only our own lines are
//! compared, since the rest is that compiler's choice. `UI_TESTS_BLESS=1 cargo test -p ui-tests` writes the `.stderr`
//! files anew.

mod case;
mod compiler;
mod normalise;
mod own;
mod scratch;
mod verdict;

pub use case::{Case, Kind, discover};
pub use compiler::{Mode, mode};
pub use own::Templates;
pub use scratch::{Said, check_all};
pub use verdict::{Verdict, judge};

use std::path::PathBuf;

/// The folder of this package.
#[must_use]
pub fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let mut path = package();
    path.pop();
    path
}
