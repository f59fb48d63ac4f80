use super::{BoxError, Construction, Dependency, Inject, IntoMade, Made, Needs};

/// A function whose arguments are injected and whose result becomes a component: `|pool: Arc<Pool>| Repo::new(pool)`.
/// It may return `T` or `Result<T, E>`, sync or async; at most eight arguments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot make `{T}`",
    label = "take injectable arguments (`Arc<..>`, `Option<Arc<..>>`, `Lazy<..>`, a type with `Inject`; at most 8), and return `{T}` or `Result<{T}, E>`, sync or async"
)]
pub trait Construct<T, Arguments>: Send + Sync + 'static {
    /// What the arguments ask for, and whether the function waits.
    const NEEDS: Needs;

    /// Takes the arguments and makes the component.
    ///
    /// # Errors
    ///
    /// The function's own error.
    fn make(&self, construction: &mut Construction<'_>) -> Result<Made<T>, BoxError>;
}

macro_rules! constructors {
    ($($argument:ident $value:ident $member:literal)*) => {
        impl<Function, Output, Kind, T, $($argument,)*> Construct<T, (Kind, $($argument,)*)> for Function
        where
            Function: Fn($($argument),*) -> Output + Send + Sync + 'static,
            Output: IntoMade<T, Kind>,
            $($argument: Inject,)*
        {
            const NEEDS: Needs = Needs {
                dependencies: &[$(Dependency {
                    edge: <$argument as Inject>::EDGE,
                    member: $member,
                    line: 0,
                }),*],
                is_async: Output::IS_ASYNC,
            };

            fn make(&self, construction: &mut Construction<'_>) -> Result<Made<T>, BoxError> {
                let _ = &construction;
                $(let $value = <$argument as Inject>::inject(construction)?;)*
                self($($value),*).into_made()
            }
        }
    };
}
constructors!();
constructors!(A a "argument 1");
constructors!(A a "argument 1" B b "argument 2");
constructors!(A a "argument 1" B b "argument 2" C c "argument 3");
constructors!(A a "argument 1" B b "argument 2" C c "argument 3" D d "argument 4");
constructors!(A a "argument 1" B b "argument 2" C c "argument 3" D d "argument 4" E e "argument 5");
constructors!(A a "argument 1" B b "argument 2" C c "argument 3" D d "argument 4" E e "argument 5" F f "argument 6");
constructors!(A a "argument 1" B b "argument 2" C c "argument 3" D d "argument 4" E e "argument 5" F f "argument 6"
    G g "argument 7");
constructors!(A a "argument 1" B b "argument 2" C c "argument 3" D d "argument 4" E e "argument 5" F f "argument 6"
    G g "argument 7" H h "argument 8");

/// What a constructor needs.
#[must_use]
pub const fn needs_of<T, Arguments, F: Construct<T, Arguments>>(_: &F) -> Needs {
    F::NEEDS
}
