use std::fmt;

use super::{Definition, SourceLocation};

/// Any error of the user's: what constructors and hooks may fail with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What is wrong with a graph or a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// Nothing that the asking module can see provides the token.
    MissingProvider,
    /// Several candidates are visible and none is nearer than the others.
    Ambiguous,
    /// Components need each other to be built.
    Cycle,
    /// What lives in a request would be kept by something that lives longer.
    Captive,
    /// Nothing can reach a component that a module lists: a warning.
    Unused,
    /// A component is asked for in a way that does not fit how long it lives.
    Scope,
    /// One component is listed by two modules, or twice by one.
    Duplicate,
    /// A module exports what it neither provides nor imports.
    ExportOfNothing,
    /// The same dynamic module was configured twice.
    ConfiguredTwice,
    /// A test replaces what is not there.
    Override,
    /// Two handlers answer the same method and path.
    DuplicateRoute,
    /// A value is missing, does not bind, or a key is unknown.
    Config,
    /// A provider could not be set up, or its documents could not be loaded.
    ConfigCenter,
    /// The service registry could not be set up.
    ServiceRegistry,
    /// A constructor failed.
    Construction,
    /// The socket could not be bound.
    Server,
    /// An `on_start` hook failed or took too long.
    Hook,
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingProvider => "missing provider",
            Self::Ambiguous => "ambiguous",
            Self::Cycle => "cycle",
            Self::Unused => "unused",
            Self::Captive => "captive",
            Self::Scope => "scope",
            Self::Duplicate => "duplicate",
            Self::ExportOfNothing => "export of nothing",
            Self::ConfiguredTwice => "configured twice",
            Self::Override => "override",
            Self::DuplicateRoute => "duplicate route",
            Self::Config => "config",
            Self::ConfigCenter => "config center",
            Self::ServiceRegistry => "service registry",
            Self::Construction => "construction",
            Self::Server => "server",
            Self::Hook => "hook",
        })
    }
}

/// One line below a problem: who asks, what was found, what to type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// `needed by`, `found`, `from`, `mend`; empty for a line without one.
    pub label: &'static str,
    /// The thing.
    pub text: String,
    /// Its place: file and line, and what is said of it.
    pub place: Option<String>,
}

/// One thing that keeps an application from starting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    kind: ProblemKind,
    subject: String,
    details: Vec<Detail>,
}

impl Problem {
    /// A problem with `subject`: a token, a path of types, a key.
    pub fn new(kind: ProblemKind, subject: impl Into<String>) -> Self {
        Self {
            kind,
            subject: subject.into(),
            details: Vec::new(),
        }
    }

    /// Adds a line.
    #[must_use]
    pub fn detail(mut self, label: &'static str, text: impl Into<String>) -> Self {
        self.details.push(Detail {
            label,
            text: text.into(),
            place: None,
        });
        self
    }

    /// Adds a line with a place.
    #[must_use]
    pub fn detail_at(mut self, label: &'static str, text: impl Into<String>, place: impl fmt::Display) -> Self {
        self.details.push(Detail {
            label,
            text: text.into(),
            place: Some(place.to_string()),
        });
        self
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// With what.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Who asks, what was found, what to type.
    #[must_use]
    pub fn details(&self) -> &[Detail] {
        &self.details
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}   {}", self.kind, self.subject)?;
        for Detail { label, text, place } in &self.details {
            match (*label, place) {
                ("", None) => write!(f, "\n      {text}")?,
                ("", Some(place)) => write!(f, "\n      {text}   {place}")?,
                (label, None) => write!(f, "\n      {label:<11} {text}")?,
                (label, Some(place)) => write!(f, "\n      {label:<11} {text:<38} {place}")?,
            }
        }
        Ok(())
    }
}

/// A constructor failed.
#[derive(Debug, thiserror::Error)]
#[error("{component} ({at}) could not be built")]
pub struct ConstructionError {
    /// Path of the component's type.
    pub component: &'static str,
    /// Where it is declared.
    pub at: SourceLocation,
    /// Who asks for it, from a component that nobody asks for on; empty for what is made after the start.
    pub path: Vec<PathStep>,
    /// What the constructor said.
    pub source: BoxError,
}

/// One step on the way to a component: who asks, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathStep {
    /// `shop::OrderService.repo`
    pub member: String,
    /// Its place.
    pub at: SourceLocation,
}

impl ConstructionError {
    pub(super) fn of(definition: &Definition, source: BoxError) -> Self {
        Self {
            component: (definition.name)(),
            at: definition.at,
            path: Vec::new(),
            source,
        }
    }
}

/// A hook failed or took too long.
#[derive(Debug, thiserror::Error)]
#[error("{hook} of {component} ({at}) failed")]
pub struct HookError {
    /// `on_start` or `on_stop`.
    pub hook: &'static str,
    /// Path of the component's type.
    pub component: &'static str,
    /// Where it is declared.
    pub at: SourceLocation,
    /// What the hook said.
    pub source: BoxError,
}

/// A component was asked for by hand and is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookUpError {
    /// No component provides it.
    #[error("nothing in this application provides {token}")]
    Missing {
        /// The type.
        token: &'static str,
    },
    /// Several do.
    #[error("several components provide {token}: ask for one of them by its own type, or mark one as `primary`")]
    Ambiguous {
        /// The type.
        token: &'static str,
    },
    /// It is made anew for everyone who asks.
    #[error("{token} is transient: `create` makes a new one")]
    Transient {
        /// The type.
        token: &'static str,
    },
    /// It is shared.
    #[error("{token} is a singleton: `get` gives it")]
    Singleton {
        /// The type.
        token: &'static str,
    },
    /// It lives in a request, and there is none.
    #[error("{token} lives in a request: take it in a handler as `Dep<..>`, or begin a request with `request_scope`")]
    OutsideRequest {
        /// The type.
        token: &'static str,
    },
    /// Asked before the application is built, or after it is gone.
    #[error("{token} was asked for before the application was built, or after it was dropped")]
    NotBuilt {
        /// The type.
        token: &'static str,
    },
}

/// A component could not be made when it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// There is none to be had.
    #[error(transparent)]
    LookUp(#[from] LookUpError),
    /// Its constructor failed, or that of something which it needs.
    #[error(transparent)]
    Construction(#[from] ConstructionError),
}
