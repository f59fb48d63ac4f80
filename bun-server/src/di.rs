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
//! | `#[default]`, `#[default(expr)]` | plain state |
//! | a type that implements [`Inject`] | whatever that type asks for |
//!
//! A token asked in a module is looked up in this order: what the module itself provides, the exports of the modules
//! that it imports, the exports of global modules; for a *concrete* type, finally, its own `#[injectable]` when no module
//! of the program lists it. A `dyn Trait` is bound in modules only.

mod build;
mod catalogue;
mod construct;
mod container;
mod definition;
mod error;
mod graph;
mod hooks;
mod inject;
mod lazy;
mod made;
mod module;
#[cfg(feature = "testing")]
mod overrides;
#[doc(hidden)]
pub mod provided;
mod resources;
mod token;

pub use build::Construction;
pub(crate) use catalogue::Hint;
pub use catalogue::{ModuleRegistration, Registration};
pub use construct::{Construct, dependencies_of};
pub use container::Container;
pub(crate) use definition::DefinitionRef;
pub use definition::{Component, Constructor, Definition, Dependency, External, SourceLocation};
pub use error::{BoxError, ConstructionError, Detail, HookError, LookUpError, Problem, ProblemKind};
pub use graph::Graph;
pub use hooks::{Hook, HookCall, HookFuture, HookResult, Hooks, bind_hook, hook_future};
pub use inject::{Edge, How, Inject};
pub use lazy::Lazy;
pub use made::{IntoMade, Made};
pub use module::{
    DynamicModule, DynamicModuleBuilder, Export, Imports, IntoModule, Module, ModuleDefinition, ModuleNode,
};
#[cfg(feature = "testing")]
pub(crate) use overrides::Override;
pub use resources::Resources;
pub use token::{Shareable, Token};
