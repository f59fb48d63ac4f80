use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{Case, Kind, workspace};

/// What the compiler said about a case, in its order.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Each message as it is shown, machine-dependent parts taken out.
    pub messages: Vec<String>,
}

/// The group whose cases know bun-server under another name only.
const RENAMED: &str = "renamed";

/// Checks all cases at once, as binaries of a package below `folder`.
///
/// # Errors
///
/// When the package cannot be written, or cargo cannot be run, or something that the cases need does not compile.
pub fn check_all(cases: &[Case], folder: &Path) -> io::Result<BTreeMap<String, Said>> {
    write_packages(cases, folder)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "check",
            "--workspace",
            "--bins",
            "--keep-going",
            "--message-format=json",
        ])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .stdin(Stdio::null())
        .output()?;
    let mut said: BTreeMap<String, Said> = cases.iter().map(|case| (case.binary(), Said::default())).collect();
    let mut checked = 0;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        checked += usize::from(message["reason"] == "compiler-message" || message["reason"] == "compiler-artifact");
        let target = message["target"]["name"].as_str().unwrap_or_default();
        let Some(said) = said.get_mut(target) else { continue };
        let message = &message["message"];
        // Without a place: `aborting due to 2 previous errors`.
        if message["spans"].as_array().is_some_and(|spans| !spans.is_empty()) {
            let rendered = message["rendered"].as_str().unwrap_or_default();
            said.messages.push(crate::normalise::message(rendered));
        }
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let all_ran = said_of_all(cases, &errors);
    if checked == 0 || !all_ran {
        return Err(io::Error::other(format!("the cases could not be checked:\n{errors}")));
    }
    Ok(said)
}

/// Whether cargo went as far as the cases: what it names as failed are cases only.
fn said_of_all(cases: &[Case], errors: &str) -> bool {
    errors.lines().filter(|line| line.starts_with("error")).all(|line| {
        cases
            .iter()
            .any(|case| line.contains(&format!("(bin \"{}\")", case.binary())))
    })
}

fn write_packages(cases: &[Case], folder: &Path) -> io::Result<()> {
    let bun_server = workspace().join("bun-server");
    let serde = "serde = { version = \"1\", features = [\"derive\"] }\n";
    let usual = format!("bun-server = {{ path = {bun_server:?} }}\n{serde}");
    // What is unused in a case that fails says nothing of the macros.
    let mut fail = format!("{usual}\n[lints.rust]\nunused = \"allow\"\n");
    let mut pass = usual;
    let mut renamed = format!("framework = {{ path = {bun_server:?}, package = \"bun-server\" }}\n{serde}");
    for case in cases {
        let manifest = match case.kind {
            _ if case.group == RENAMED => &mut renamed,
            Kind::Fail => &mut fail,
            Kind::Pass => &mut pass,
        };
        let (name, path) = (case.binary(), &case.path);
        let _ = write!(manifest, "\n[[bin]]\nname = {name:?}\npath = {path:?}\n");
    }
    let workspace_manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"fail\", \"pass\", \"renamed\"]\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n";
    put(&folder.join("Cargo.toml"), workspace_manifest)?;
    // The versions that the workspace uses, so that nothing is fetched.
    put(
        &folder.join("Cargo.lock"),
        &fs::read_to_string(workspace().join("Cargo.lock"))?,
    )?;
    for (name, rest) in [("fail", fail), ("pass", pass), ("renamed", renamed)] {
        let head = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\nautobins = false\n");
        put(
            &folder.join(name).join("Cargo.toml"),
            &format!("{head}\n[dependencies]\n{rest}"),
        )?;
    }
    Ok(())
}

fn put(path: &Path, content: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, content)
}
