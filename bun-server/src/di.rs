//! Dependency injection: components, modules, and the graph that is checked before anything is built.
//!
//! A component is a struct with [`#[injectable]`](macro@crate::injectable). What it needs stands in its fields:
//!
//! | field | gets |
//! |---|---|
//! | `Arc<T>`, `Arc<dyn Trait>` | the one component that provides it |
//! | `Option<Arc<T>>` | the same, or `None` when nothing provides it |
//! | `Vec<Arc<T>>` | all that the module sees, in the order of imports and listings |
//! | `Lazy<T>` | the same, looked up when first asked for: breaks a cycle |
//! | `Factory<T>`, `AsyncFactory<T>` | what makes a new one each time, of a component with `scope = transient` |
//! | `#[default]`, `#[default(expr)]` | plain state |
//! | a type that implements [`Inject`] | whatever that type asks for |
//!
//! A token asked in a module is looked up in this order: what the module itself provides, the exports of the modules
//! that it imports, the exports of global modules; for a *concrete* type, finally, its own `#[injectable]` when no module
//! of the program lists it. A `dyn Trait` is bound in modules only.
//!
//! Components of one type are told apart by qualifiers, which are types: see [`Qualified`]. Of several that are visible the one
//! with `primary` is meant.
//!
//! A component is a singleton, `scope = transient` (a new one for everyone who asks), or `scope = request` (one for each
//! request that asks; it may have a field [`RequestParts`](crate::web::RequestParts), and is dropped at the end). Handlers
//! take components as arguments: `Dep(user): Dep<CurrentUser>`. A singleton cannot hold what lives in a request: the check
//! says so.

mod build;
mod catalogue;
mod construct;
mod construction;
mod container;
mod definition;
mod error;
mod factory;
mod graph;
mod handlers;
mod hooks;
mod inject;
mod late;
mod lazy;
mod look_up;
mod made;
mod module;
#[doc(hidden)]
pub mod named;
#[cfg(feature = "testing")]
mod overrides;
#[doc(hidden)]
pub mod provided;
mod qualified;
mod request_scope;
mod resources;
mod standalone;
mod token;

pub(crate) use catalogue::Hint;
pub use catalogue::{Attached, ModuleRegistration, Registration};
pub use construct::{Construct, needs_of};
pub use construction::Construction;
pub use container::{ConstructionTime, Container};
pub(crate) use definition::DefinitionRef;
pub use definition::{Component, Constructor, Definition, Dependency, External, Needs, Scope, SourceLocation};
pub use error::{
    BoxError, ConstructionError, CreateError, Detail, HookError, LookUpError, PathStep, Problem, ProblemKind,
};
pub use factory::{AsyncFactory, Factory};
pub use graph::Graph;
pub use handlers::HandlerTargets;
pub use hooks::{Hook, HookCall, HookFuture, HookResult, Hooks, bind_hook, hook_future};
pub use inject::{Edge, How, Inject};
pub use lazy::Lazy;
pub use made::{IntoMade, Made};
pub use module::{
    DynamicModule, DynamicModuleBuilder, Export, Imports, IntoModule, Module, ModuleDefinition, ModuleNode,
};
#[cfg(feature = "testing")]
pub(crate) use overrides::{ModuleOverride, Override};
pub use qualified::{Binding, Qualified};
pub(crate) use request_scope::Asked;
pub use request_scope::RequestScope;
pub use resources::Resources;
pub use standalone::BuildError;
pub use token::{Shareable, Token};
