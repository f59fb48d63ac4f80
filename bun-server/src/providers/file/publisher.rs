//! Publishing into the directory: a temporary file beside the document, then a rename, so that nobody reads half of one.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use async_trait::async_trait;

use super::{FileConfigCenter, read};
use crate::error::ErrorClass;
use crate::microservice::config_center::{ConfigCenterError, ConfigDraft, ConfigKey, ConfigPublisher};

/// What is to become of a document.
enum Change {
    Publish {
        draft: ConfigDraft,
        expected_md5: Option<String>,
    },
    Remove,
}

impl FileConfigCenter {
    async fn change(&self, key: &ConfigKey, change: Change) -> Result<(), ConfigCenterError> {
        if let Change::Publish { draft, .. } = &change
            && draft.content.trim().is_empty()
        {
            let message = "a blank text is no document; remove it instead";
            return Err(ConfigCenterError::new(
                ErrorClass::InvalidArgument,
                key.to_string(),
                message,
            ));
        }
        let (path, key, center) = (self.path(key)?, key.clone(), self.clone());
        // To wait for the disk is no work for a thread that serves others.
        let changed = tokio::task::spawn_blocking(move || center.change_now(&key, &path, &change));
        changed.await.unwrap_or_else(|error| {
            let message = "the write did not end";
            Err(
                ConfigCenterError::new(ErrorClass::Unavailable, self.directory.display().to_string(), message)
                    .caused_by(error),
            )
        })
    }

    fn change_now(&self, key: &ConfigKey, path: &Path, change: &Change) -> Result<(), ConfigCenterError> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        // Also refuses what is no regular file below the directory.
        let now = match read(&self.directory, path, key) {
            Ok(now) => Some(now),
            Err(error) if error.class() == ErrorClass::NotFound => None,
            Err(error) => return Err(error),
        };
        let failed = |error: std::io::Error| {
            ConfigCenterError::new(ErrorClass::Unavailable, path.display().to_string(), "cannot be written")
                .caused_by(error)
        };
        match change {
            Change::Remove => match std::fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
                _ => Ok(()),
            },
            Change::Publish { draft, expected_md5 } => {
                match (expected_md5, &now) {
                    (Some(_), None) => return Err(ConfigCenterError::not_found(key)),
                    (Some(expected), Some(now)) if *expected != now.md5 => return Err(ConfigCenterError::changed(key)),
                    _ => {}
                }
                self.prepare_group(path)
                    .and_then(|()| replace(path, draft.content.as_bytes()))
                    .map_err(failed)
            }
        }
    }

    /// A group is a directory of its own, below ours wherever links lead.
    fn prepare_group(&self, path: &Path) -> std::io::Result<()> {
        let Some(group) = path.parent() else { return Ok(()) };
        std::fs::create_dir_all(group)?;
        if group.canonicalize()?.starts_with(self.directory.canonicalize()?) {
            return Ok(());
        }
        let message = "the group is a link that leads out of the directory of documents";
        Err(std::io::Error::new(ErrorKind::PermissionDenied, message))
    }
}

/// Removes the temporary file unless it was renamed.
struct Temporary(Option<PathBuf>);

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(ErrorKind::InvalidInput.into());
    };
    let name = format!(".{}.{:016x}", name.to_string_lossy(), fastrand::u64(..));
    let temporary = folder.join(name);
    let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    let mut kept = Temporary(Some(temporary.clone()));
    file.write_all(content)?;
    if let Ok(before) = std::fs::metadata(path) {
        file.set_permissions(before.permissions())?;
    }
    file.sync_all()?;
    std::fs::rename(&temporary, path)?;
    kept.0 = None;
    // The rename itself outlives a crash only once the folder is written; not every file system can.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

#[async_trait]
impl ConfigPublisher for FileConfigCenter {
    async fn publish(&self, key: &ConfigKey, draft: ConfigDraft) -> Result<(), ConfigCenterError> {
        let expected_md5 = None;
        self.change(key, Change::Publish { draft, expected_md5 }).await
    }

    async fn publish_if(&self, key: &ConfigKey, md5: &str, draft: ConfigDraft) -> Result<(), ConfigCenterError> {
        let expected_md5 = Some(md5.to_owned());
        self.change(key, Change::Publish { draft, expected_md5 }).await
    }

    async fn remove(&self, key: &ConfigKey) -> Result<(), ConfigCenterError> {
        self.change(key, Change::Remove).await
    }
}
