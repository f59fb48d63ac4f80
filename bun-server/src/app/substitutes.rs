//! What a test puts in the place of an application's own parts.

use super::parts::attached;
use crate::di::{ModuleNode, ModuleOverride, Override, Problem};
use crate::microservice::{ConfigCenterOptions, ServiceRegistryOptions};
use crate::providers::memory::{MemoryConfigCenter, MemoryServiceRegistry};

/// Providers in memory, values instead of components, modules instead of modules.
#[derive(Default)]
pub(crate) struct Substitutes {
    pub(crate) center: Option<MemoryConfigCenter>,
    pub(crate) registry: Option<MemoryServiceRegistry>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) modules: Vec<ModuleOverride>,
}

/// What the modules say of their providers, after everything is replaced, and what could not be.
pub(super) type Substituted = (
    Option<ConfigCenterOptions>,
    Option<ServiceRegistryOptions>,
    Vec<Problem>,
);

impl Substitutes {
    /// Replaces whole modules first: what stands in them may be replaced, too.
    pub(super) fn apply(self, modules: &mut Vec<ModuleNode>) -> Substituted {
        let replaced = self.modules.into_iter().map(|module| module.apply(modules));
        let problems = replaced.filter_map(Result::err).collect();
        self.overrides.iter().for_each(|value| value.apply(modules));
        let center = attached::<ConfigCenterOptions>(modules).map(|options| match self.center {
            Some(embedded) => options.provider(embedded),
            None => options,
        });
        let registry = attached::<ServiceRegistryOptions>(modules).map(|options| match self.registry {
            Some(embedded) => options.provider(embedded),
            None => options,
        });
        (center, registry, problems)
    }
}
