//! Documents in a directory: the embedded config center for local work. A dataId is a file's name, a group a directory.

mod publisher;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::di::BoxError;
use crate::error::ErrorClass;
use crate::microservice::SharedClients;
use crate::microservice::config_center::{
    ConfigBackend, ConfigCenterError, ConfigCenterProvider, ConfigKey, ConfigPublisher, ConfigResult,
};
use crate::providers::{ConfigCenterScheme, ProviderOptions};

/// A directory of documents.
///
/// Names of documents and groups are `[A-Za-z0-9._:-]+`; what a name leads to must be a regular file below the directory,
/// links followed. A change is seen within half a second.
#[derive(Clone, Debug)]
pub struct FileConfigCenter {
    directory: PathBuf,
    /// One writer at a time, so that what is compared is what is replaced.
    writing: Arc<Mutex<()>>,
}

/// Between two looks at a file's time and size.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);

impl FileConfigCenter {
    /// The documents in `directory`.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            writing: Arc::default(),
        }
    }

    fn path(&self, key: &ConfigKey) -> Result<PathBuf, ConfigCenterError> {
        if key.namespace_id().is_some() {
            let message = "a directory has no namespaces: name another directory in the url";
            return Err(ConfigCenterError::new(
                ErrorClass::Unsupported,
                key.to_string(),
                message,
            ));
        }
        let mut path = self.directory.clone();
        for name in key.group_name().into_iter().chain([key.data_id()]) {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
            if matches!(name, "" | "." | "..") || !name.bytes().all(allowed) {
                let message = "not the name of a document: letters, digits, `.`, `_`, `:` and `-`";
                return Err(ConfigCenterError::new(
                    ErrorClass::InvalidArgument,
                    key.to_string(),
                    message,
                ));
            }
            path.push(name);
        }
        Ok(path)
    }
}

/// What of a file tells that it may have changed.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(path: &Path) -> Stamp {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// Reads below `directory` only, wherever links lead.
fn read(directory: &Path, path: &Path, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError> {
    let failed = |class, error: std::io::Error| {
        ConfigCenterError::new(class, path.display().to_string(), "cannot be read").caused_by(error)
    };
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(ConfigCenterError::not_found(key)),
        Err(error) => return Err(failed(ErrorClass::Unavailable, error)),
    };
    let root = directory
        .canonicalize()
        .map_err(|error| failed(ErrorClass::Unavailable, error))?;
    if !real.starts_with(&root) || !real.is_file() {
        let message = "is not a regular file below the directory of documents";
        return Err(ConfigCenterError::new(
            ErrorClass::Forbidden,
            path.display().to_string(),
            message,
        ));
    }
    let bytes = std::fs::read(&real).map_err(|error| failed(ErrorClass::Unavailable, error))?;
    let modified = real.metadata().and_then(|metadata| metadata.modified());
    let content = String::from_utf8(bytes).map_err(|error| {
        ConfigCenterError::new(ErrorClass::Decode, path.display().to_string(), "is not UTF-8").caused_by(error)
    })?;
    let document = ConfigResult::new(content);
    Ok(match modified {
        Ok(modified) => document.with_last_modified(modified),
        Err(_) => document,
    })
}

#[async_trait]
impl ConfigBackend for FileConfigCenter {
    async fn fetch(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError> {
        read(&self.directory, &self.path(key)?, key)
    }

    /// Looks at the file's time and size. Editors replace files, Kubernetes swaps links: the path is looked up anew each time.
    async fn changed(&self, key: &ConfigKey, _: Option<&ConfigResult>) {
        let Ok(path) = self.path(key) else {
            return std::future::pending().await;
        };
        let before = stamp(&path);
        loop {
            tokio::time::sleep(LOOK_INTERVAL).await;
            if stamp(&path) != before {
                return;
            }
        }
    }

    fn publisher(self: Arc<Self>) -> Option<Arc<dyn ConfigPublisher>> {
        Some(self)
    }

    fn full_name(&self, key: &ConfigKey) -> String {
        self.path(key)
            .map_or_else(|_| key.to_string(), |path| path.display().to_string())
    }
}

impl ConfigCenterProvider for FileConfigCenter {
    fn name(&self) -> &str {
        "file"
    }

    fn address(&self) -> String {
        format!("file://{}", self.directory.display())
    }

    fn needs_snapshots(&self) -> bool {
        false
    }

    fn backend(&self, _: &SharedClients) -> Result<Arc<dyn ConfigBackend>, BoxError> {
        Ok(Arc::new(self.clone()))
    }
}

inventory::submit! {
    ConfigCenterScheme {
        scheme: "file",
        provider: |options: &ProviderOptions| {
            options.allow(&[])?;
            Ok(Box::new(FileConfigCenter::new(options.path())))
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::microservice::config_center::{ConfigCenter, ConfigEvent, ConfigHub, HubOptions};

    struct Directory(PathBuf);

    impl Directory {
        fn new() -> Self {
            let path = std::env::temp_dir().join(format!("bun-file-{:016x}", fastrand::u64(..)));
            std::fs::create_dir_all(path.join("ORDERS")).unwrap();
            Self(path)
        }

        fn write(&self, name: &str, content: &str) {
            let temporary = self.0.join(".swap");
            std::fs::write(&temporary, content).unwrap();
            std::fs::rename(temporary, self.0.join(name)).unwrap();
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[tokio::test]
    async fn documents_are_files_and_groups_directories() {
        let directory = Directory::new();
        directory.write("a.yaml", "a: 1");
        directory.write("ORDERS/b.yaml", "b: 你好");
        let center = FileConfigCenter::new(&directory.0);
        assert_eq!(&*center.fetch(&"a.yaml".into()).await.unwrap().content, "a: 1");
        let grouped = ConfigKey::new("b.yaml").group("ORDERS");
        assert_eq!(&*center.fetch(&grouped).await.unwrap().content, "b: 你好");
        assert_eq!(
            center.fetch(&"none.yaml".into()).await.unwrap_err().class(),
            ErrorClass::NotFound
        );
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nothing_outside_of_the_directory_is_read() {
        let directory = Directory::new();
        let center = FileConfigCenter::new(&directory.0);
        for name in ["../x", "..", "a/b", "/etc/passwd", "a\0"] {
            assert_eq!(
                center.fetch(&name.into()).await.unwrap_err().class(),
                ErrorClass::InvalidArgument,
                "{name}"
            );
        }
        std::os::unix::fs::symlink("/etc/hostname", directory.0.join("link.yaml")).unwrap();
        assert_eq!(
            center.fetch(&"link.yaml".into()).await.unwrap_err().class(),
            ErrorClass::Forbidden
        );
        assert_eq!(
            center.fetch(&"ORDERS".into()).await.unwrap_err().class(),
            ErrorClass::Forbidden
        );
    }

    #[tokio::test]
    async fn a_replaced_file_is_seen_within_a_second() {
        let directory = Directory::new();
        directory.write("a.yaml", "a: 1");
        let center = FileConfigCenter::new(&directory.0)
            .backend(&SharedClients::new())
            .unwrap();
        let hub = ConfigHub::new(center, "file://", HubOptions::default());
        let mut stream = hub.config_stream(&"a.yaml".into());
        assert!(matches!(stream.next().await, Some(ConfigEvent::Current(Some(_)))));
        directory.write("a.yaml", "a: 22");
        let event = tokio::time::timeout(Duration::from_secs(1), stream.next())
            .await
            .unwrap();
        assert!(matches!(event, Some(ConfigEvent::Change(_))));
        hub.close().await;
    }
}
