//! What a test puts in the place of an application's own parts.

use crate::di::{ModuleNode, Override};
use crate::microservice::{ConfigCenterOptions, ServiceRegistryOptions};
use crate::providers::memory::{MemoryConfigCenter, MemoryServiceRegistry};

/// Providers in memory, and values instead of components.
#[derive(Default)]
pub(crate) struct Substitutes {
    pub(crate) center: Option<MemoryConfigCenter>,
    pub(crate) registry: Option<MemoryServiceRegistry>,
    pub(crate) overrides: Vec<Override>,
}

impl Substitutes {
    pub(super) fn apply(
        self,
        modules: &mut Vec<ModuleNode>,
        center: &mut Option<ConfigCenterOptions>,
        registry: &mut Option<ServiceRegistryOptions>,
    ) {
        self.overrides.iter().for_each(|value| value.apply(modules));
        if let (Some(options), Some(embedded)) = (center.as_mut(), self.center) {
            *options = options.clone().provider(embedded);
        }
        if let (Some(options), Some(embedded)) = (registry.as_mut(), self.registry) {
            *options = options.clone().provider(embedded);
        }
    }
}
