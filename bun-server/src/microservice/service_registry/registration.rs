use std::any::TypeId;

use crate::di::SourceLocation;

/// What `#[service_registry]` says: emitted as static data, used by the application that its owner belongs to.
#[derive(Debug)]
pub struct ServiceRegistration {
    /// The module or component that carries the attribute.
    pub owner: TypeId,
    /// Where it stands.
    pub at: SourceLocation,
    /// The service's name; default: the application's.
    pub name: Option<&'static str>,
    /// Metadata `version`; default: the application's.
    pub version: Option<&'static str>,
    /// Share of the traffic.
    pub weight: Option<f64>,
    /// The group, when it is not the registry's default.
    pub group: Option<&'static str>,
    /// The cluster, when it is not the registry's default.
    pub cluster: Option<&'static str>,
    /// Further metadata.
    pub metadata: &'static [(&'static str, &'static str)],
}
inventory::collect!(ServiceRegistration);

impl ServiceRegistration {
    /// Every registration of the program, in the order of their places.
    pub(crate) fn all() -> Vec<&'static Self> {
        let mut all: Vec<&'static Self> = inventory::iter::<Self>.into_iter().collect();
        all.sort_by_key(|registration| (registration.at.file, registration.at.line));
        all
    }
}
