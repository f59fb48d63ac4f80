//! Configurations on disk: what was read last, and what an operator put there by hand.
//!
//! `<dir>/snapshot/<namespace>/<group>/<data id>` holds what the server answered last (ciphertext stays ciphertext);
//! it is read when no server answers. `<dir>/failover/<namespace>/<group>/<data id>` is plain text written by hand; while
//! it is there it wins over the server.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::document::Origin;
use super::{ConfigDocument, ResolvedKey};

/// What the grammar of Nacos allows and file systems may not.
const ESCAPED: &AsciiSet = &CONTROLS.add(b':').add(b'/').add(b'\\').add(b'%');

/// The folder of one client.
#[derive(Debug)]
pub(crate) struct SnapshotStore {
    root: PathBuf,
    /// MD5 of what was written last, so that an unchanged configuration is not written again.
    written: Mutex<HashMap<ResolvedKey, String>>,
}

fn file_name(name: &str) -> String {
    // Names that mean a folder.
    if name.chars().all(|character| character == '.') {
        return name.replace('.', "%2E");
    }
    utf8_percent_encode(name, ESCAPED).to_string()
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}

impl SnapshotStore {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            root,
            written: Mutex::default(),
        }
    }

    fn path(&self, kind: &str, key: &ResolvedKey) -> PathBuf {
        self.root
            .join(kind)
            .join(file_name(key.namespace.as_str()))
            .join(file_name(key.group.as_str()))
            .join(file_name(key.data_id.as_str()))
    }

    /// What an operator wrote by hand.
    pub(super) async fn failover(&self, key: &ResolvedKey) -> Option<ConfigDocument> {
        let path = self.path("failover", key);
        let content = blocking(move || fs::read_to_string(path).ok()).await??;
        Some(ConfigDocument {
            md5: ConfigDocument::md5_of(&content),
            content,
            content_type: None,
            last_modified: None,
            encrypted_data_key: None,
            beta: false,
            origin: Origin::Failover,
        })
    }

    /// What the server answered last, unless the file is damaged.
    pub(super) async fn load(&self, key: &ResolvedKey) -> Option<ConfigDocument> {
        let path = self.path("snapshot", key);
        let text = blocking(move || fs::read(path).ok()).await??;
        let mut document: ConfigDocument = serde_json::from_slice(&text).ok()?;
        document.origin = Origin::Snapshot;
        (ConfigDocument::md5_of(&document.content) == document.md5).then_some(document)
    }

    /// Keeps what the server answered; a failure is logged, for the configuration itself is there.
    pub(super) async fn save(&self, key: &ResolvedKey, document: &ConfigDocument) {
        let known = self.lock().insert(key.clone(), document.md5.clone());
        if known.as_ref() == Some(&document.md5) {
            return;
        }
        let (path, document) = (self.path("snapshot", key), document.clone());
        if let Some(Err(error)) = blocking(move || write(&path, &document)).await {
            self.lock().remove(key);
            tracing::warn!(%key, %error, "cannot keep a snapshot");
        }
    }

    /// After a confirmed removal.
    pub(super) async fn remove(&self, key: &ResolvedKey) {
        self.lock().remove(key);
        let path = self.path("snapshot", key);
        blocking(move || fs::remove_file(path)).await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ResolvedKey, String>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader sees the old file or the new one, never a part; nobody but the owner sees either.
fn write(path: &Path, document: &ConfigDocument) -> io::Result<()> {
    let folder = path
        .parent()
        .ok_or_else(|| io::Error::other("a snapshot needs a folder"))?;
    create_private_folder(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!("{name}.{:08x}~", fastrand::u32(..)));
    let written = (|| {
        let mut file = create_private_file(&temporary)?;
        file.write_all(&serde_json::to_vec(document)?)?;
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
        ] {
            assert_eq!(file_name(name), file);
        }
    }
}
