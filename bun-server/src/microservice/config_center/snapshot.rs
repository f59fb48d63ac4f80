use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::{ConfigKey, ConfigResult};
use crate::clock;

/// Documents on disk, from which a service starts while its config center is away.
///
/// The directory belongs to the user alone (0700, files 0600): one that others may write to, or that another user owns, is
/// refused. Files are replaced whole (temporary file, sync, rename).
#[derive(Clone, Debug)]
pub(crate) struct SnapshotStore {
    directory: PathBuf,
    max_age: Duration,
}

/// A document as it was when it was last valid.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) document: ConfigResult,
    pub(crate) age: Duration,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    data_id: String,
    md5: String,
    content_type: Option<String>,
    content: String,
}

impl SnapshotStore {
    /// `scope` keeps apart what different servers and namespaces call by one name.
    pub(crate) fn new(root: &Path, scope: &str, max_age: Duration) -> Self {
        Self {
            directory: root.join(escaped(scope)),
            max_age,
        }
    }

    /// `${XDG_STATE_HOME:-~/.local/state}/bun-server/<app>`; `None` when the environment names neither.
    pub(crate) fn default_root(app: &str, variable: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
        let state = variable("XDG_STATE_HOME")
            .map(PathBuf::from)
            .or_else(|| variable("HOME").map(|home| Path::new(&home).join(".local/state")))?;
        Some(state.join("bun-server").join(escaped(app)))
    }

    /// The newest state of a document; `None` when there is none, it is too old, or it is not what was written.
    pub(crate) fn read(&self, key: &ConfigKey) -> Option<Snapshot> {
        check_private(&self.directory).ok()?;
        let path = self.path(key);
        let written = fs::metadata(&path).ok()?.modified().ok()?;
        let stored: Stored = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
        let mut document = ConfigResult::new(stored.content);
        if document.md5 != stored.md5 {
            return None;
        }
        document.content_type = stored.content_type;
        let age = clock::now().duration_since(written).unwrap_or_default();
        (age <= self.max_age).then_some(Snapshot { document, age })
    }

    pub(crate) fn write(&self, key: &ConfigKey, document: &ConfigResult) -> io::Result<()> {
        create_private(&self.directory)?;
        check_private(&self.directory)?;
        let stored = Stored {
            data_id: key.to_string(),
            md5: ConfigResult::new(document.content.clone()).md5,
            content_type: document.content_type.clone(),
            content: document.content.to_string(),
        };
        let path = self.path(key);
        let temporary = self.directory.join(format!(".{:016x}.tmp", fastrand::u64(..)));
        let written =
            write_synced(&temporary, &serde_json::to_vec(&stored)?).and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            // Nothing of a failed attempt stays behind.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    pub(crate) fn remove(&self, key: &ConfigKey) -> io::Result<()> {
        match fs::remove_file(self.path(key)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn path(&self, key: &ConfigKey) -> PathBuf {
        let parts = [
            key.namespace_id().unwrap_or_default(),
            key.group_name().unwrap_or_default(),
            key.data_id(),
        ];
        self.directory.join(format!("{}.json", parts.map(escaped).join("@")))
    }
}

/// Letters, digits, `-`, `_` and a `.` that is not the first stay; everything else is `%XX`, so that no name leaves the
/// directory or meets another.
fn escaped(name: &str) -> String {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
    let escaped = utf8_percent_encode(name, ESCAPED).to_string();
    escaped
        .strip_prefix('.')
        .map_or_else(|| escaped.clone(), |rest| format!("%2E{rest}"))
}

#[cfg(unix)]
fn create_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(unix)]
fn check_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::symlink_metadata(directory)?;
    let refused = |why: &str| {
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("{} {why}", directory.display()),
        ))
    };
    if !metadata.is_dir() {
        return refused("is not a directory");
    }
    if metadata.mode() & 0o022 != 0 {
        return refused("is writable by others: chmod 700 it");
    }
    // Without unsafe code nobody tells us who we are; a file that we make does.
    match effective_user(directory) {
        Some(user) if user != metadata.uid() => refused("belongs to another user"),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn effective_user(directory: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let probe = directory.join(format!(".{:016x}.probe", fastrand::u64(..)));
    let file = fs::File::create_new(&probe).ok()?;
    let user = file.metadata().ok().map(|metadata| metadata.uid());
    let _ = fs::remove_file(&probe);
    user
}

#[cfg(unix)]
fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(not(unix))]
fn create_private(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

#[cfg(not(unix))]
fn check_private(directory: &Path) -> io::Result<()> {
    fs::metadata(directory).map(drop)
}

#[cfg(not(unix))]
fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// For display: `3 min old`.
impl std::fmt::Display for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.age.as_secs() {
            seconds @ ..120 => write!(f, "{seconds} s old"),
            seconds @ ..7200 => write!(f, "{} min old", seconds / 60),
            seconds => write!(f, "{} h old", seconds / 3600),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    struct Directory(PathBuf);

    impl Directory {
        fn new() -> Self {
            let path = std::env::temp_dir().join(format!("bun-snapshot-{:016x}", fastrand::u64(..)));
            Self(path)
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_snapshot_comes_back_as_it_was() {
        let directory = Directory::new();
        let store = SnapshotStore::new(&directory.0, "nacos 127.0.0.1:8848 dev", Duration::from_secs(60));
        let key = ConfigKey::new("../订单.yaml").group("G/../x");
        let document = ConfigResult::new("a: 你好").with_content_type("yaml");
        assert!(store.read(&key).is_none());
        store.write(&key, &document).unwrap();
        assert_eq!(store.read(&key).unwrap().document, document);
        let scope = fs::read_dir(&directory.0).unwrap().next().unwrap().unwrap().path();
        let file = fs::read_dir(&scope).unwrap().next().unwrap().unwrap().path();
        assert_eq!(fs::metadata(&scope).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        store.remove(&key).unwrap();
        store.remove(&key).unwrap();
        assert!(store.read(&key).is_none());
    }

    #[test]
    fn what_was_tampered_with_or_is_too_old_is_not_read() {
        let directory = Directory::new();
        let store = SnapshotStore::new(&directory.0, "x", Duration::from_secs(60));
        let key = ConfigKey::new("a.yaml");
        store.write(&key, &ConfigResult::new("a: 1")).unwrap();
        let old = SnapshotStore {
            max_age: Duration::ZERO,
            ..store.clone()
        };
        assert!(old.read(&key).is_none());
        let text = fs::read_to_string(store.path(&key)).unwrap();
        fs::write(store.path(&key), text.replace("a: 1", "a: 2")).unwrap();
        assert!(store.read(&key).is_none());
        fs::write(store.path(&key), "rubbish").unwrap();
        assert!(store.read(&key).is_none());
    }

    #[test]
    fn a_directory_that_others_may_write_to_is_refused() {
        let directory = Directory::new();
        let store = SnapshotStore::new(&directory.0, "x", Duration::from_secs(60));
        let key = ConfigKey::new("a.yaml");
        store.write(&key, &ConfigResult::new("a: 1")).unwrap();
        fs::set_permissions(&store.directory, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(store.read(&key).is_none());
        assert!(
            store
                .write(&key, &ConfigResult::new("a: 2"))
                .unwrap_err()
                .to_string()
                .contains("chmod 700")
        );
    }
}
