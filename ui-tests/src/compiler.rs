use std::io;
use std::path::Path;
use std::process::Command;

/// How much of a message is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All of it: this is the compiler that `RUSTC` names.
    Whole,
    /// Our own lines.
    OwnLines,
}

/// The mode, and the compiler that runs, as `rustc 1.95.0`.
///
/// # Errors
///
/// When the compiler does not start, or `RUSTC` cannot be read.
pub fn mode(package: &Path) -> io::Result<(Mode, String)> {
    let pinned = std::fs::read_to_string(package.join("RUSTC"))?;
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output()?;
    let running = version(&String::from_utf8_lossy(&output.stdout));
    let mode = if running == version(&pinned) {
        Mode::Whole
    } else {
        Mode::OwnLines
    };
    Ok((mode, running))
}

/// `rustc 1.95.0 (59807616e 2026-04-14)` without what is in parentheses.
fn version(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}
