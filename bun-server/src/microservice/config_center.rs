//! The configuration center: documents that are published elsewhere and change while the service runs.
//!
//! Users inject `Arc<dyn ConfigCenter>`. Authors of providers implement the small [`ConfigBackend`]; polling, comparing,
//! confirming and backing off are written once, in the [`ConfigHub`].

mod backend;
mod center;
mod documents;
mod error;
mod history;
mod hub;
mod import;
mod provider;
mod publisher;
mod settings;
mod snapshot;
mod stream;

pub use crate::config::ConfigKey;
pub use backend::{ConfigBackend, ConfigResult};
pub use center::{ConfigCenter, ConfigChange, ConfigChangeListener};
pub use error::ConfigCenterError;
pub use history::{ConfigHistory, ConfigOperation, ConfigRevision};
pub use hub::{ConfigHub, HubOptions};
pub use import::ConfigImport;
pub use provider::ConfigCenterProvider;
pub use publisher::{ConfigDraft, ConfigPublisher};
pub use settings::{ConfigCenterSettings, ConfigFailure};
pub use stream::{ConfigEvent, ConfigStream};

pub(crate) use documents::{Documents, Wanted};
pub(crate) use snapshot::{Snapshot, SnapshotStore};
