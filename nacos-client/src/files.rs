//! Files that a client keeps: private to their owner, replaced whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What the grammars of Nacos allow and file systems may not.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b':')
    .add(b'/')
    .add(b'\\')
    .add(b'%')
    .add(b'*')
    .add(b'?')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'|');

/// A file name for any name, which never means another folder.
pub(crate) fn file_name(name: &str) -> String {
    if name.chars().all(|character| character == '.') {
        return name.replace('.', "%2E");
    }
    utf8_percent_encode(name, ESCAPED).to_string()
}

/// Runs file work where it may block; `None` when the runtime shuts down.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}

/// A reader sees the old file or the new one, never a part; nobody but the owner sees either.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("a file needs a folder"))?;
    create_private_folder(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!("{name}.{:08x}~", fastrand::u32(..)));
    let written = (|| {
        let mut file = create_private_file(&temporary)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

#[cfg(unix)]
fn create_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(unix)]
fn create_private_file(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn create_private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(not(unix))]
fn create_private_file(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_leave_their_folder() {
        for (name, file) in [
            ("a.yaml", "a.yaml"),
            ("..", "%2E%2E"),
            (".", "%2E"),
            ("a:b", "a%3Ab"),
            ("..a", "..a"),
            ("a/../b", "a%2F..%2Fb"),
        ] {
            assert_eq!(file_name(name), file);
        }
    }
}
