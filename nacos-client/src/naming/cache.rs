//! The instances of watched services on disk: `<dir>/services/<namespace>/<group>/<service>`.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use super::Instance;
use super::service::ResolvedService;
use crate::files::{blocking, file_name, replace};

/// The folder of one client.
#[derive(Clone, Debug)]
pub(crate) struct ServiceCache {
    root: PathBuf,
}

impl ServiceCache {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn path(&self, service: &ResolvedService) -> PathBuf {
        let mut name = service.name.to_string();
        if !service.clusters.is_empty() {
            // No name of a service holds two of these.
            name = format!("{name}@@{}", service.clusters);
        }
        self.root
            .join("services")
            .join(file_name(service.namespace.as_str()))
            .join(file_name(service.group.as_str()))
            .join(file_name(&name))
    }

    pub(super) async fn load(&self, service: &ResolvedService) -> Option<Vec<Instance>> {
        let path = self.path(service);
        let text = blocking(move || fs::read(path).ok()).await??;
        serde_json::from_slice(&text).ok()
    }

    pub(super) async fn save(&self, service: &ResolvedService, instances: &Arc<Vec<Instance>>) {
        let (path, instances) = (self.path(service), Arc::clone(instances));
        let write = move || replace(&path, &serde_json::to_vec(&*instances)?);
        if let Some(Err(error)) = blocking(write).await {
            tracing::warn!(%service, %error, "cannot keep the instances of a service");
        }
    }
}
