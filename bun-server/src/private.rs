//! What expansions name, and nothing else: no part of the public interface.

pub use ::core;
pub use ::std;
pub use async_trait::async_trait;
pub use axum;
pub use inventory;

pub use crate::app::run_main;
pub use crate::config::{
    Literal, NoValidator, ValidatorOf, ValueSource, ValueSpec, check_field, check_optional, first_validator, read_field,
};
pub use crate::di::named::{Named, Plainly};
pub use crate::di::provided::{
    ArcKind, OwnedKind, ResultKind, ValueKind, kind_of, put_made, token_of_result, token_of_value,
};
pub use crate::di::{
    Binding, Component, Construction, Constructor, Definition, Dependency, Edge, Export, External, How, Imports,
    Inject, Made, Module, ModuleDefinition, ModuleRegistration, Needs, Registration, Scope, SourceLocation, Token,
    bind_hook, hook_future, needs_of,
};
pub use crate::microservice::governance::{
    BreakerPolicy, Governance, Governed, Policy, admit, conclude, in_future, judge, keep, or_fall_back,
};
pub use crate::microservice::service_client::{
    MethodSite, ServiceClient, body_argument, call, call_or, header_argument, path_argument, query_argument,
};
pub use crate::microservice::service_registry::ServiceRegistration;
pub use crate::providers::{MadeByFactory, make_backend};
pub use crate::web::{Controller, ControllerDefinition, RouteDefinition, controller, mount};

use crate::di::{Attached, BoxError, Construct, Hook, Hooks, Shareable};

/// Calls the constructor of a component.
///
/// # Errors
///
/// Its own.
pub fn make<T, Arguments, F: Construct<T, Arguments>>(
    constructor: &F,
    construction: &mut Construction<'_>,
) -> Result<Made<T>, BoxError> {
    constructor.make(construction)
}

/// The field that holds the `Governance` of a component.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Governance`",
    label = "the field `governance`, or one with `#[governance]`, is of type `Governance`: give another field another name"
)]
pub trait HoldsGovernance {
    /// It.
    fn governance(&self) -> &Governance;
}

impl HoldsGovernance for Governance {
    fn governance(&self) -> &Governance {
        self
    }
}

/// The value of a field with `#[default]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default value",
    label = "write `#[default(expr)]`, or implement `Default` for `{Self}`"
)]
pub trait DefaultField {
    /// The value.
    fn default_field() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> DefaultField for T {
    fn default_field() -> Self {
        Self::default()
    }
}

/// Holds for what many may hold at once; the error is shown at the type.
pub const fn check_shareable<T: Shareable>() {}

/// The two hooks of a component.
#[must_use]
pub fn hooks(
    component: &'static Definition,
    on_start: Option<Hook>,
    on_ready: Option<Hook>,
    on_stop: Option<Hook>,
) -> Hooks {
    Hooks::new(component, on_start, on_ready, on_stop)
}

/// What the catalogue keeps of a controller.
#[must_use]
pub const fn attached<C: Controller>() -> Attached {
    Attached {
        component: std::any::TypeId::of::<C>(),
        asks: C::HANDLERS,
        attachment: C::CONTROLLER,
    }
}

/// Identity of what the handlers of a controller ask for.
#[derive(Debug)]
pub struct HandlersOf<C>(std::marker::PhantomData<fn() -> C>);

/// Identity of the node that binds a component to a trait.
#[derive(Debug)]
pub struct BoundTo<T: ?Sized>(std::marker::PhantomData<fn() -> Box<T>>);

const NOWHERE: SourceLocation = SourceLocation { file: "", line: 0 };

/// Stands in for a component whose attribute is wrong: the user sees that error and no other.
pub const BROKEN_COMPONENT: &Definition = &Definition {
    component: std::any::TypeId::of::<()>(),
    name: || "",
    at: NOWHERE,
    module_path: "",
    scope: Scope::Singleton,
    primary: false,
    order: 0,
    has_hooks: false,
    provides: std::borrow::Cow::Borrowed(&[]),
    needs: Needs::NOTHING,
    externals: &[],
    constructor: Constructor::Function(|_| Ok(())),
};

/// The same for a module.
pub const BROKEN_MODULE: &ModuleDefinition = &ModuleDefinition {
    module: std::any::TypeId::of::<()>(),
    name: || "",
    at: NOWHERE,
    providers: &[],
    exports: &[],
    global: false,
    module_path: "",
    discover: false,
    attachments: &[],
};

/// The same for a controller.
pub const BROKEN_CONTROLLER: &ControllerDefinition = &ControllerDefinition {
    controller: std::any::TypeId::of::<()>(),
    name: || "",
    at: NOWHERE,
    routes: &[],
    router: |_| Ok(axum::Router::new()),
};
