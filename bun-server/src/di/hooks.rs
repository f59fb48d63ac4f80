use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{BoxError, Definition, SourceLocation};

/// The future of a hook.
pub type HookFuture<'a> = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>>;

/// One hook of one component, bound to it.
pub type Hook = Box<dyn Fn() -> HookFuture<'static> + Send + Sync>;

/// The hooks of one built component.
pub struct Hooks {
    pub(crate) component: &'static str,
    pub(crate) at: SourceLocation,
    pub(crate) on_start: Option<Hook>,
    pub(crate) on_ready: Option<Hook>,
    pub(crate) on_stop: Option<Hook>,
}

impl Hooks {
    /// The hooks of the component that `definition` describes.
    #[must_use]
    pub fn new(
        definition: &'static Definition,
        on_start: Option<Hook>,
        on_ready: Option<Hook>,
        on_stop: Option<Hook>,
    ) -> Self {
        Self {
            component: (definition.name)(),
            at: definition.at,
            on_start,
            on_ready,
            on_stop,
        }
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("component", &self.component)
            .field("on_start", &self.on_start.is_some())
            .field("on_ready", &self.on_ready.is_some())
            .field("on_stop", &self.on_stop.is_some())
            .finish_non_exhaustive()
    }
}

/// What a hook may return: nothing, or a `Result` whose error converts into a boxed one.
#[diagnostic::on_unimplemented(
    message = "a hook cannot return `{Self}`",
    label = "return `()` or `Result<(), E>` with `E: std::error::Error + Send + Sync`"
)]
pub trait HookResult {
    /// As a result.
    ///
    /// # Errors
    ///
    /// The hook's own error.
    fn into_result(self) -> Result<(), BoxError>;
}

impl HookResult for () {
    fn into_result(self) -> Result<(), BoxError> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> HookResult for Result<(), E> {
    fn into_result(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// What calling a hook gives.
#[diagnostic::on_unimplemented(
    message = "a hook is an `async fn(&self)`, and this is none",
    label = "write `async fn`: calling this gives `{Self}` at once"
)]
pub trait HookCall<'a> {
    /// As the future that the application runs.
    fn boxed(self) -> HookFuture<'a>;
}

impl<'a, C: Called> HookCall<'a> for C
where
    C::Output: HookResult,
    C::Future: Send + 'a,
{
    fn boxed(self) -> HookFuture<'a> {
        let future = self.into_future();
        Box::pin(async move { future.await.into_result() })
    }
}

/// Any future: apart from `Future` only so that the compiler speaks of [`HookCall`] where something else is given.
pub trait Called {
    /// What it gives in the end.
    type Output;
    /// Itself.
    type Future: Future<Output = Self::Output>;

    /// Itself.
    fn into_future(self) -> Self::Future;
}

#[diagnostic::do_not_recommend]
impl<F: Future> Called for F {
    type Output = F::Output;
    type Future = F;

    fn into_future(self) -> F {
        self
    }
}

/// The future of a hook that was called.
pub fn hook_future<'a>(call: impl HookCall<'a>) -> HookFuture<'a> {
    call.boxed()
}

/// Binds a hook to its component.
pub fn bind_hook<T: Send + Sync + 'static>(component: &Arc<T>, hook: for<'a> fn(&'a T) -> HookFuture<'a>) -> Hook {
    let component = Arc::clone(component);
    Box::new(move || {
        let component = Arc::clone(&component);
        Box::pin(async move { hook(&component).await })
    })
}
