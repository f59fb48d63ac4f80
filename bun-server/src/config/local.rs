//! The sources of the machine: code, files, variables, arguments.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use super::format::{self, Format};
use super::placeholder::fill_variables;
use super::source::{Layer, LocalTrees};
use super::tree::{Node, Origin};
use super::{ConfigError, ConfigSource, LocalOverrides, ParseError, SourceContent, SourceKind, environment};

const DEV: &str = "dev";
const EXTENSIONS: [&str; 5] = ["yaml", "yml", "json", "toml", "properties"];

/// What is read before anything is asked of a network.
#[derive(Clone, Default)]
pub(crate) struct LocalSources {
    pub(crate) directory: PathBuf,
    /// One, or several parted by commas.
    pub(crate) profile: Option<String>,
    pub(crate) variables: BTreeMap<String, String>,
    /// Whether `.env` is left alone, whatever the profile.
    pub(crate) without_dotenv: bool,
    pub(crate) arguments: Option<Vec<String>>,
    /// Dotted path and value.
    pub(crate) defaults: Vec<(String, String)>,
    pub(crate) custom: Vec<Arc<dyn ConfigSource>>,
    pub(crate) overrides: LocalOverrides,
}

impl LocalSources {
    /// The profiles, the later ones stronger; `dev` when none is named.
    pub(crate) fn profiles(&self) -> Vec<String> {
        let named = self
            .profile
            .as_deref()
            .or_else(|| self.variables.get("BUN_PROFILE").map(String::as_str))
            .unwrap_or_default();
        let profiles = named.split(',').map(str::trim).filter(|profile| !profile.is_empty());
        let mut profiles: Vec<String> = profiles.map(ToOwned::to_owned).collect();
        if profiles.is_empty() {
            profiles.push(DEV.to_owned());
        }
        profiles
    }

    /// Reads every local source; all problems are returned together with what could be read.
    pub(crate) fn read(&mut self) -> (LocalTrees, Vec<ConfigError>) {
        let mut problems = Vec::new();
        let profiles = self.profiles();
        let from_file = self.read_dotenv(&profiles, &mut problems);
        let mut layers = vec![Layer {
            kind: SourceKind::Default,
            tree: environment::defaults(&self.defaults),
        }];
        layers.extend(self.files(&profiles, &mut problems));
        let variables = self.variables.iter().map(|(name, value)| {
            let source = match from_file.get(name) {
                Some(line) => format!(".env:{line}"),
                None => format!("env:{name}"),
            };
            (name.as_str(), value.as_str(), source)
        });
        let (arguments, wrong) = environment::arguments(self.arguments.as_deref().unwrap_or_default());
        problems.extend(wrong.into_iter().map(ConfigError::Parse));
        layers.extend([
            Layer {
                kind: SourceKind::Env,
                tree: environment::tree(variables),
            },
            Layer {
                kind: SourceKind::Args,
                tree: arguments,
            },
        ]);
        layers.extend(self.custom.iter().filter_map(|source| load(&**source, &mut problems)));
        let winning = self.overrides.take(layers.iter_mut().map(|layer| &mut layer.tree));
        let variable = |name: &str| self.variables.get(name).cloned();
        let mut placeholders = Vec::new();
        for layer in &mut layers {
            fill_variables(&mut layer.tree, &variable, &mut placeholders);
        }
        problems.extend(placeholders.into_iter().map(ConfigError::Parse));
        layers.push(Layer {
            kind: SourceKind::Args,
            tree: winning,
        });
        let variables = self.variables.clone();
        (LocalTrees { layers, variables }, problems)
    }

    fn files(&self, profiles: &[String], problems: &mut Vec<ConfigError>) -> Vec<Layer> {
        let mut trees: Vec<Node> = self.file("application", problems).into_iter().collect();
        for profile in profiles {
            let before = problems.len();
            let file = is_name(profile).then(|| self.file(&format!("application-{profile}"), problems));
            match file.flatten() {
                Some(tree) => trees.push(tree),
                None if problems.len() == before && profile != DEV => problems.push(ConfigError::UnknownProfile {
                    profile: profile.clone(),
                    path: self
                        .directory
                        .join(format!("application-{profile}.yaml"))
                        .display()
                        .to_string(),
                    known: self.known_profiles(),
                }),
                None => {}
            }
        }
        let layer = |tree| Layer {
            kind: SourceKind::File,
            tree,
        };
        trees.into_iter().map(layer).collect()
    }

    fn known_profiles(&self) -> Vec<String> {
        let directory = if self.directory.as_os_str().is_empty() {
            FilePath::new(".")
        } else {
            &self.directory
        };
        let files = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let mut known: Vec<String> = files
            .filter_map(|file| {
                let name = file.file_name().into_string().ok()?;
                let (stem, extension) = name.strip_prefix("application-")?.rsplit_once('.')?;
                EXTENSIONS.contains(&extension).then(|| stem.to_owned())
            })
            .collect();
        known.push(DEV.to_owned());
        known.sort();
        known.dedup();
        known
    }

    /// Reads `stem.yaml`, `.yml`, `.json`, `.toml` or `.properties`; two of them would be a trap.
    fn file(&self, stem: &str, problems: &mut Vec<ConfigError>) -> Option<Node> {
        let mut found: Option<(String, Node)> = None;
        for extension in EXTENSIONS {
            let path = self.directory.join(format!("{stem}.{extension}"));
            let name = shown(&path);
            let Some(text) = read_text(&path, &name, problems) else {
                continue;
            };
            let source: Arc<str> = Arc::from(name.as_str());
            if let Some((first, _)) = &found {
                let message = format!("{first} exists as well: keep one of them");
                problems.push(ParseError::new(Origin::new(&source, 0), message).into());
                continue;
            }
            match format::parse(&text, Format::detect(None, &name), &source) {
                Ok(node) => found = Some((name, node)),
                Err(error) => problems.push(error.into()),
            }
        }
        found.map(|(_, node)| node)
    }

    /// Adds the variables of `.env` that the environment does not have, and gives their lines. Only in `dev`: what stands in a
    /// file of a developer's machine must not decide anything elsewhere.
    fn read_dotenv(&mut self, profiles: &[String], problems: &mut Vec<ConfigError>) -> BTreeMap<String, usize> {
        let mut lines = BTreeMap::new();
        if self.without_dotenv || !profiles.iter().any(|profile| profile == DEV) {
            return lines;
        }
        let path = self.directory.join(".env");
        let Some(text) = read_text(&path, &shown(&path), problems) else {
            return lines;
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        for variable in dotenvy::Iter::new(text.as_bytes()) {
            match variable {
                Ok((name, value)) => {
                    if let Entry::Vacant(entry) = self.variables.entry(name) {
                        lines.insert(entry.key().clone(), line_of(text, entry.key()));
                        entry.insert(value);
                    }
                }
                Err(_) => {
                    // Its message shows the line, which may hold a password.
                    let at = Origin::new(&Arc::from(shown(&path)), 0);
                    let message = "a line is not `NAME=value`: quote values with blanks or `$`";
                    problems.push(ParseError::new(at, message).into());
                    break;
                }
            }
        }
        lines
    }
}

impl fmt::Debug for LocalSources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSources")
            .field("directory", &self.directory)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

fn load(source: &dyn ConfigSource, problems: &mut Vec<ConfigError>) -> Option<Layer> {
    let name: Arc<str> = Arc::from(source.name());
    let tree = match source.load() {
        Ok(SourceContent::Text { text, format }) => format::parse(&text, format, &name).map_err(ConfigError::Parse),
        Ok(SourceContent::Values(values)) => {
            let values = values
                .iter()
                .map(|(path, value)| (path.as_str(), environment::value_of(value, &name)));
            Ok(environment::by_path(values, &name))
        }
        Err(source) => Err(ConfigError::Source {
            name: name.to_string(),
            source: source.into(),
        }),
    };
    match tree {
        Ok(tree) => Some(Layer {
            kind: source.kind(),
            tree,
        }),
        Err(error) => {
            problems.push(error);
            None
        }
    }
}

fn read_text(path: &FilePath, name: &str, problems: &mut Vec<ConfigError>) -> Option<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => {
            problems.push(ConfigError::Read {
                path: name.to_owned(),
                source: Arc::new(error),
            });
            None
        }
    }
}

/// A profile is a part of a file's name, and leads nowhere else.
fn is_name(profile: &str) -> bool {
    !profile.contains(['/', '\\']) && !profile.contains("..")
}

fn line_of(text: &str, name: &str) -> usize {
    let assigns = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        line.strip_prefix(name)
            .is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    text.lines().position(assigns).map_or(1, |index| index + 1)
}

fn shown(path: &FilePath) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests;
