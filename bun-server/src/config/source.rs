use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use super::format::{self, Format};
use super::merge::merge;
use super::placeholder::substitute;
use super::tree::{Node, Origin};
use super::{ConfigError, LocalOverrides, environment};

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SourceKind {
    /// Documents of the config center.
    Center,
    /// The command line.
    Args,
    /// `BUN_…` variables.
    Env,
    /// `application.yaml` and the profile's file.
    File,
    /// Defaults given in code.
    Default,
}

/// Which source wins, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precedence([SourceKind; 5]);

impl Default for Precedence {
    fn default() -> Self {
        Self([
            SourceKind::Center,
            SourceKind::Args,
            SourceKind::Env,
            SourceKind::File,
            SourceKind::Default,
        ])
    }
}

impl Precedence {
    pub(crate) fn weakest_first(&self) -> impl Iterator<Item = SourceKind> {
        self.0.into_iter().rev()
    }
}

impl<'de> Deserialize<'de> for Precedence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kinds = Vec::<SourceKind>::deserialize(deserializer)?;
        let every = Self::default().0;
        match <[SourceKind; 5]>::try_from(kinds) {
            Ok(kinds) if every.iter().all(|kind| kinds.contains(kind)) => Ok(Self(kinds)),
            _ => Err(serde::de::Error::custom(
                "list each of `center`, `args`, `env`, `file`, `default` once",
            )),
        }
    }
}

/// What is read before anything is asked of a network.
#[derive(Clone, Debug, Default)]
pub(crate) struct LocalSources {
    pub(crate) directory: PathBuf,
    pub(crate) profile: Option<String>,
    pub(crate) variables: BTreeMap<String, String>,
    /// Dotted path and value.
    pub(crate) defaults: Vec<(String, String)>,
    pub(crate) overrides: LocalOverrides,
}

/// One tree per kind of source, placeholders replaced.
#[derive(Clone, Debug)]
pub(crate) struct LocalTrees {
    pub(crate) defaults: Node,
    pub(crate) files: Node,
    pub(crate) environment: Node,
}

impl LocalSources {
    pub(crate) fn profile(&self) -> Option<&str> {
        self.profile
            .as_deref()
            .or_else(|| self.variables.get("BUN_PROFILE").map(String::as_str))
    }

    /// Reads every local source; all problems are returned together with what could be read.
    pub(crate) fn read(&self) -> (LocalTrees, Vec<ConfigError>) {
        let mut problems = Vec::new();
        let nothing = Node::map(Origin::new(&Arc::from("application.yaml"), 0));
        let mut files = self.file("application", &mut problems).unwrap_or(nothing);
        if let Some(profile) = self.profile() {
            let stem = format!("application-{profile}");
            match self.file(&stem, &mut problems) {
                Some(overlay) => files = merge(files, overlay),
                None if problems.is_empty() && profile != "dev" => problems.push(ConfigError::UnknownProfile {
                    profile: profile.to_owned(),
                    path: self.directory.join(format!("{stem}.yaml")).display().to_string(),
                }),
                None => {}
            }
        }
        let mut environment = environment::tree(
            self.variables
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        let mut defaults = environment::defaults(&self.defaults);
        let overrides = self.overrides.take([&mut files, &mut environment, &mut defaults]);
        let variable = |name: &str| self.variables.get(name).cloned();
        let mut placeholders = Vec::new();
        substitute(&mut files, &variable, &mut placeholders);
        problems.extend(placeholders.into_iter().map(ConfigError::Parse));
        let environment = merge(environment, overrides);
        (
            LocalTrees {
                defaults,
                files,
                environment,
            },
            problems,
        )
    }

    /// Reads `stem.yaml`, `.yml` or `.json`; two of them would be a trap.
    fn file(&self, stem: &str, problems: &mut Vec<ConfigError>) -> Option<Node> {
        let mut found: Option<(String, Node)> = None;
        for extension in ["yaml", "yml", "json"] {
            let path = self.directory.join(format!("{stem}.{extension}"));
            let name = shown(&path);
            let text = match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => {
                    problems.push(ConfigError::Read {
                        path: name,
                        source: Arc::new(error),
                    });
                    continue;
                }
            };
            let source: Arc<str> = Arc::from(name.as_str());
            if let Some((first, _)) = &found {
                let message = format!("{first} exists as well: keep one of them");
                problems.push(super::ParseError::new(Origin::new(&source, 0), message).into());
                continue;
            }
            match format::parse(&text, Format::detect(None, &name), &source) {
                Ok(node) => found = Some((name, node)),
                Err(error) => problems.push(error.into()),
            }
        }
        found.map(|(_, node)| node)
    }
}

fn shown(path: &FilePath) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}
