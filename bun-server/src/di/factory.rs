use std::sync::Arc;

use super::{BoxError, Construction, Dependency, Edge, Inject};

/// A function whose arguments are injected and whose result becomes a component: `|pool: Arc<Pool>| Repo::new(pool)`.
/// It may return `T` or `Result<T, E>`; at most eight arguments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot make a component",
    label = "every argument must be injectable: `Arc<T>`, `Option<Arc<T>>`, `Lazy<T>` or a type that implements `Inject` (at most 8)"
)]
pub trait Factory<T, Arguments>: Send + Sync + 'static {
    /// What the arguments ask for.
    fn dependencies() -> Vec<Dependency>;

    /// Takes the arguments and makes the component.
    ///
    /// # Errors
    ///
    /// The factory's own error.
    fn make(&self, construction: &mut Construction<'_>) -> Result<Arc<T>, BoxError>;
}

/// Marks a factory that cannot fail.
#[derive(Debug)]
pub struct Infallible;
/// Marks a factory that can.
#[derive(Debug)]
pub struct Fallible;

const ARGUMENTS: [&str; 8] = [
    "argument 1",
    "argument 2",
    "argument 3",
    "argument 4",
    "argument 5",
    "argument 6",
    "argument 7",
    "argument 8",
];

macro_rules! factories {
    ($($argument:ident $value:ident)*) => {
        impl<Function, T, $($argument,)*> Factory<T, (Infallible, $($argument,)*)> for Function
        where
            Function: Fn($($argument),*) -> T + Send + Sync + 'static,
            $($argument: Inject,)*
        {
            fn dependencies() -> Vec<Dependency> {
                arguments(&[$(<$argument as Inject>::EDGE,)*])
            }

            fn make(&self, construction: &mut Construction<'_>) -> Result<Arc<T>, BoxError> {
                let _ = &construction;
                $(let $value = <$argument as Inject>::inject(construction)?;)*
                Ok(Arc::new(self($($value),*)))
            }
        }

        impl<Function, T, Error, $($argument,)*> Factory<T, (Fallible, Error, $($argument,)*)> for Function
        where
            Function: Fn($($argument),*) -> Result<T, Error> + Send + Sync + 'static,
            Error: Into<BoxError>,
            $($argument: Inject,)*
        {
            fn dependencies() -> Vec<Dependency> {
                arguments(&[$(<$argument as Inject>::EDGE,)*])
            }

            fn make(&self, construction: &mut Construction<'_>) -> Result<Arc<T>, BoxError> {
                let _ = &construction;
                $(let $value = <$argument as Inject>::inject(construction)?;)*
                self($($value),*).map(Arc::new).map_err(Into::into)
            }
        }
    };
}
factories!();
factories!(A a);
factories!(A a B b);
factories!(A a B b C c);
factories!(A a B b C c D d);
factories!(A a B b C c D d E e);
factories!(A a B b C c D d E e F f);
factories!(A a B b C c D d E e F f G g);
factories!(A a B b C c D d E e F f G g H h);

fn arguments(edges: &[Edge]) -> Vec<Dependency> {
    edges
        .iter()
        .zip(ARGUMENTS)
        .map(|(edge, member)| Dependency {
            edge: *edge,
            member,
            line: 0,
        })
        .collect()
}
