use super::{BoxError, Construction, Dependency, Inject, IntoMade, Made};

/// A function whose arguments are injected and whose result becomes a component: `|pool: Arc<Pool>| Repo::new(pool)`.
/// It may return `T` or `Result<T, E>`, sync or async; at most eight arguments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot make `{T}`",
    label = "take injectable arguments (`Arc<..>`, `Option<Arc<..>>`, `Lazy<..>`, a type with `Inject`; at most 8), and return `{T}` or `Result<{T}, E>`, sync or async"
)]
pub trait Factory<T, Arguments>: Send + Sync + 'static {
    /// What the arguments ask for.
    const DEPENDENCIES: &'static [Dependency];

    /// Takes the arguments and makes the component.
    ///
    /// # Errors
    ///
    /// The factory's own error.
    fn make(&self, construction: &mut Construction<'_>) -> Result<Made<T>, BoxError>;
}

macro_rules! factories {
    ($($argument:ident $value:ident $member:literal)*) => {
        impl<Function, Output, Kind, T, $($argument,)*> Factory<T, (Kind, $($argument,)*)> for Function
        where
            Function: Fn($($argument),*) -> Output + Send + Sync + 'static,
            Output: IntoMade<T, Kind>,
            $($argument: Inject,)*
        {
            const DEPENDENCIES: &'static [Dependency] = &[$(Dependency {
                edge: <$argument as Inject>::EDGE,
                member: $member,
                line: 0,
            }),*];

            fn make(&self, construction: &mut Construction<'_>) -> Result<Made<T>, BoxError> {
                let _ = &construction;
                $(let $value = <$argument as Inject>::inject(construction)?;)*
                self($($value),*).into_made()
            }
        }
    };
}
factories!();
factories!(A a "argument 1");
factories!(A a "argument 1" B b "argument 2");
factories!(A a "argument 1" B b "argument 2" C c "argument 3");
factories!(A a "argument 1" B b "argument 2" C c "argument 3" D d "argument 4");
factories!(A a "argument 1" B b "argument 2" C c "argument 3" D d "argument 4" E e "argument 5");
factories!(A a "argument 1" B b "argument 2" C c "argument 3" D d "argument 4" E e "argument 5" F f "argument 6");
factories!(A a "argument 1" B b "argument 2" C c "argument 3" D d "argument 4" E e "argument 5" F f "argument 6"
    G g "argument 7");
factories!(A a "argument 1" B b "argument 2" C c "argument 3" D d "argument 4" E e "argument 5" F f "argument 6"
    G g "argument 7" H h "argument 8");

/// What the arguments of a constructor ask for.
#[must_use]
pub const fn dependencies_of<T, Arguments, F: Factory<T, Arguments>>(_: &F) -> &'static [Dependency] {
    F::DEPENDENCIES
}
