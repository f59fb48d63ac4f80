use std::any::{Any, TypeId};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::{BoxError, Construction, Edge, Resources, Token};

/// A place in the user's source, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceLocation {
    /// As `file!()` gives it.
    pub file: &'static str,
    /// From 1.
    pub line: u32,
}

impl SourceLocation {
    pub(crate) fn caller(location: &'static std::panic::Location<'static>) -> Self {
        Self {
            file: location.file(),
            line: location.line(),
        }
    }
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// How long a component lives, and who shares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// One for the whole application.
    Singleton,
    /// A new one for everyone who asks.
    Transient,
    /// One for each request that asks for it; dropped at its end.
    Request,
    /// That of the one component which it hands on: of a binding.
    Inherited,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Singleton => "singleton",
            Self::Transient => "transient",
            Self::Request => "request-scoped",
            Self::Inherited => "binding",
        })
    }
}

/// What a constructor needs of others, and whether it waits.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// What it asks for, in the order in which it reads it.
    pub dependencies: &'static [Dependency],
    /// Whether it gives a future.
    pub is_async: bool,
}

impl Needs {
    /// A constructor that needs nothing.
    pub const NOTHING: Self = Self {
        dependencies: &[],
        is_async: false,
    };
}

/// One thing that a component asks of the graph, and where it asks.
#[derive(Clone, Copy, Debug)]
pub struct Dependency {
    /// What is asked, and how.
    pub edge: Edge,
    /// The field or argument.
    pub member: &'static str,
    /// Its line in the component's file.
    pub line: u32,
}

/// Something that a component reads from outside the graph (a configuration value): judged before anything is built.
#[derive(Clone, Copy)]
pub struct External {
    /// The field or argument.
    pub member: &'static str,
    /// Its line in the component's file.
    pub line: u32,
    /// What is read; the owner of the kind downcasts it.
    pub spec: &'static (dyn Any + Send + Sync),
    /// Tells whether reading it would succeed.
    pub check: fn(&Resources, &'static (dyn Any + Send + Sync)) -> Result<(), BoxError>,
}

impl fmt::Debug for External {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("External")
            .field("member", &self.member)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// The closure form of a constructor.
pub(crate) type ConstructorClosure = dyn Fn(&mut Construction<'_>) -> Result<(), BoxError> + Send + Sync;

/// How a component is made: reads its dependencies from the [`Construction`] and puts its tokens there.
pub enum Constructor {
    /// What `#[injectable]` emits.
    Function(fn(&mut Construction<'_>) -> Result<(), BoxError>),
    /// What a dynamic module holds.
    Closure(Box<ConstructorClosure>),
}

impl Constructor {
    pub(crate) fn call(&self, construction: &mut Construction<'_>) -> Result<(), BoxError> {
        match self {
            Self::Function(function) => function(construction),
            Self::Closure(closure) => closure(construction),
        }
    }
}

impl fmt::Debug for Constructor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Function(_) => "Constructor::Function",
            Self::Closure(_) => "Constructor::Closure",
        })
    }
}

/// All that is known of a component before it is built. Emitted as static data by the macros.
#[derive(Debug)]
pub struct Definition {
    /// Identity of the component; two listings with the same identity are the same component.
    pub component: TypeId,
    /// Path of its type, for messages.
    pub name: fn() -> &'static str,
    /// Where it is declared.
    pub at: SourceLocation,
    /// The Rust module in which it is declared.
    pub module_path: &'static str,
    /// How long it lives.
    pub scope: Scope,
    /// Whether it is the one that is meant where several could be.
    pub primary: bool,
    /// Its place among all of a token, the lowest first.
    pub order: i32,
    /// Whether it has hooks, so that it does something though nobody asks for it.
    pub has_hooks: bool,
    /// What it may be asked for as.
    pub provides: Cow<'static, [Token]>,
    /// What its constructor needs.
    pub needs: Needs,
    /// What it reads from outside the graph.
    pub externals: &'static [External],
    /// How it is made.
    pub constructor: Constructor,
}

impl Definition {
    /// A singleton that needs nothing; who, where and how is left to say.
    pub(crate) fn of_value() -> Self {
        Self {
            component: TypeId::of::<()>(),
            name: || "",
            at: SourceLocation { file: "", line: 0 },
            module_path: "",
            scope: Scope::Singleton,
            primary: false,
            order: 0,
            has_hooks: false,
            provides: Cow::Borrowed(&[]),
            needs: Needs::NOTHING,
            externals: &[],
            constructor: Constructor::Function(|_| Ok(())),
        }
    }

    /// What it asks for, in the order in which the constructor reads it.
    #[must_use]
    pub fn dependencies(&self) -> &'static [Dependency] {
        self.needs.dependencies
    }

    /// Whether it provides nothing and only asks: the handlers of a controller.
    #[must_use]
    pub fn only_asks(&self) -> bool {
        self.provides.is_empty()
    }
}

/// Implemented by `#[injectable]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a component",
    label = "write `#[injectable]` on `struct {Self}`"
)]
pub trait Component: 'static {
    /// The component's recipe.
    const DEFINITION: &'static Definition;
}

/// A definition of the program or one made by a dynamic module.
#[derive(Clone, Debug)]
pub(crate) enum DefinitionRef {
    Static(&'static Definition),
    Shared(Arc<Definition>),
}

impl DefinitionRef {
    /// The definition to be changed, where nobody else has it yet; what is static is copied.
    pub(crate) fn own(&mut self) -> Option<&mut Definition> {
        if let Self::Static(definition) = self {
            let Definition { constructor, .. } = definition;
            let constructor = match constructor {
                Constructor::Function(function) => Constructor::Function(*function),
                // What is static is made by a function.
                Constructor::Closure(closure) => Constructor::Closure(Box::new(|made| closure(made))),
            };
            *self = Self::Shared(Arc::new(Definition {
                component: definition.component,
                name: definition.name,
                at: definition.at,
                module_path: definition.module_path,
                scope: definition.scope,
                primary: definition.primary,
                order: definition.order,
                has_hooks: definition.has_hooks,
                provides: definition.provides.clone(),
                needs: definition.needs,
                externals: definition.externals,
                constructor,
            }));
        }
        match self {
            Self::Shared(definition) => Arc::get_mut(definition),
            Self::Static(_) => None,
        }
    }

    /// Whether both are listings of one component. What dynamic modules provide are components of their own, each.
    pub(crate) fn same_component(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Static(one), Self::Static(other)) => one.component == other.component,
            (Self::Shared(one), Self::Shared(other)) => Arc::ptr_eq(one, other),
            // A copy of what is static says where that was declared.
            (Self::Static(one), Self::Shared(other)) | (Self::Shared(other), Self::Static(one)) => {
                one.component == other.component && !other.module_path.is_empty()
            }
        }
    }
}

impl std::ops::Deref for DefinitionRef {
    type Target = Definition;

    fn deref(&self) -> &Definition {
        match self {
            Self::Static(definition) => definition,
            Self::Shared(definition) => definition,
        }
    }
}
