//! Configuration: local files, the environment and remote documents, merged into one tree that is swapped as a whole.
//!
//! Every leaf knows its origin. The later source of this list wins: code defaults, `application.yaml`,
//! `application-<profile>.yaml`, the environment (`BUN_SERVER__PORT` is `server.port`), the command line
//! (`--server.port=9000`), the documents of the config center. Files may be YAML, JSON, TOML or properties; `${NAME:default}` in
//! them is an environment variable, `${other.key}` another value. `config.precedence` changes the order. Maps are merged key by key, lists are replaced.
//!
//! ```
//! use bun_server::config::ConfigService;
//!
//! let config = ConfigService::from_yaml("greeting: hello\nlimits: { page_size: 20 }")?;
//! let size = config.value::<u32>("limits.page_size")?;
//! assert_eq!(*size.get(), 20);
//! # Ok::<(), bun_server::config::ConfigError>(())
//! ```

mod bind;
mod change;
mod document;
mod duration;
mod environment;
mod error;
mod explain;
mod field;
mod format;
mod local;
mod merge;
mod overrides;
mod path;
mod placeholder;
mod reference;
mod secret;
mod section;
mod service;
mod source;
mod spec;
mod template;
mod tree;
mod validator;
mod value;

pub use change::Change;
pub use document::{ConfigKey, Document};
pub use error::{BindError, ConfigError, ParseError, Refusal};
pub use explain::{Candidate, EffectiveValue, Explanation};
pub use field::{ConfigField, check_field, check_optional, read_field};
pub use format::Format;
pub use secret::Secret;
pub use service::ConfigService;
pub use source::{ConfigSource, Precedence, SourceContent, SourceKind};
pub use spec::{Literal, ValueSource, ValueSpec};
pub use tree::Origin;
pub use validator::{NoValidator, Validator, ValidatorOf, first_validator};
pub use value::{ConfigCursor, ConfigValue};

pub(crate) use document::{DocumentContent, short_revision};
pub(crate) use local::LocalSources;
pub(crate) use overrides::LocalOverrides;
pub(crate) use section::{LocalOnly, Section};
pub(crate) use service::ConfigSettings;
