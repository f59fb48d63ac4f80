//! Configurations on disk: what was read last, and what an operator put there by hand.
//!
//! `<dir>/snapshot/<namespace>/<group>/<data id>` holds what the server answered last (ciphertext stays ciphertext);
//! it is read when no server answers. `<dir>/failover/<namespace>/<group>/<data id>` is plain text written by hand; while
//! it is there it wins over the server.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::document::Origin;
use super::{ConfigDocument, ResolvedKey};
use crate::files::{blocking, file_name, replace};

/// The folder of one client.
#[derive(Debug)]
pub(crate) struct SnapshotStore {
    root: PathBuf,
    /// MD5 of what was written last, so that an unchanged configuration is not written again.
    written: Mutex<HashMap<ResolvedKey, String>>,
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
        if let Some(Err(error)) = blocking(move || replace(&path, &serde_json::to_vec(&document)?)).await {
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
