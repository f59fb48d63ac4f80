use std::collections::BTreeMap;
use std::path::Path;

use super::assembly::Settings;
use crate::config::{ConfigKey, ConfigService, ValueSpec};
use crate::di::{BoxError, Graph, ModuleNode, Problem, ProblemKind};
use crate::microservice::config_center::{Documents, Wanted};
use crate::microservice::{
    ConfigCenterOptions, ConfigCenterSetup, ServiceRegistryOptions, ServiceRegistrySetup, SharedClients,
};

/// What its modules bring to an application, set up without I/O.
pub(super) struct Parts {
    pub(super) center: Option<ConfigCenterSetup>,
    pub(super) registry: Option<ServiceRegistrySetup>,
}

/// What a module attached; a second one of the same kind is a problem that the graph reports.
pub(super) fn attached<T: Clone + Send + Sync + 'static>(modules: &[ModuleNode]) -> Option<T> {
    modules
        .iter()
        .find_map(|module| module.attachments::<T>().next())
        .cloned()
}

impl Parts {
    pub(super) fn new(
        center: Option<ConfigCenterOptions>,
        registry: Option<ServiceRegistryOptions>,
        settings: &Settings,
        directory: &Path,
        snapshot_root: Option<&Path>,
        shared: &SharedClients,
    ) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let center = center
            .map(|options| ConfigCenterSetup::new(&options, &settings.config_center, directory, snapshot_root, shared));
        let registry = registry.map(|options| ServiceRegistrySetup::new(&options, &settings.service_registry, shared));
        let parts = Self {
            center: keep(center, ProblemKind::ConfigCenter, "config_center.url", &mut problems),
            registry: keep(
                registry,
                ProblemKind::ServiceRegistry,
                "service_registry.url",
                &mut problems,
            ),
        };
        (parts, problems)
    }

    /// The documents that the application reads: those it imports, and those that fields name.
    pub(super) fn documents(&self, graph: &Graph, config: &ConfigService, settings: &Settings) -> Option<Documents> {
        let center = self.center.as_ref()?;
        let mut wanted: Vec<Wanted> = Vec::new();
        for import in &center.imports {
            let key = import.key().clone();
            match wanted.iter_mut().find(|wanted| wanted.key == key) {
                Some(known) => known.optional &= import.is_optional(),
                None => wanted.push(Wanted {
                    key,
                    optional: import.is_optional(),
                }),
            }
        }
        config.import(wanted.iter().map(|wanted| wanted.key.clone()).collect());
        for (key, optional) in named_by_fields(graph) {
            if !wanted.iter().any(|wanted| wanted.key == key) {
                wanted.push(Wanted { key, optional });
            }
        }
        Some(Documents::new(
            center.hub.clone(),
            center.provider.name(),
            config.clone(),
            wanted,
            settings.config_center.clone(),
            center.snapshots.clone(),
        ))
    }
}

/// A document that only fields with a default read may be missing.
fn named_by_fields(graph: &Graph) -> BTreeMap<ConfigKey, bool> {
    let mut named = BTreeMap::new();
    for (_, _, external) in graph.externals() {
        let Some(spec) = external.spec.downcast_ref::<ValueSpec>() else {
            continue;
        };
        if let Some(key) = spec.document() {
            let optional = spec.default.is_some() || !spec.required;
            *named.entry(key).or_insert(true) &= optional;
        }
    }
    named
}

fn keep<T>(
    made: Option<Result<T, BoxError>>,
    kind: ProblemKind,
    setting: &str,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    match made? {
        Ok(made) => Some(made),
        Err(error) => {
            problems.push(Problem::new(kind, crate::error::with_sources(&*error)).detail("from", setting));
            None
        }
    }
}
