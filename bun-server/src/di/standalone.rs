use std::fmt;

use super::{ConstructionError, Container, Graph, Imports, IntoModule, ModuleNode, Problem, Resources, SourceLocation};

/// Why components could not be built without an application.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The check refused them: everything that is wrong, at once.
    Refused(Vec<Problem>),
    /// A constructor failed.
    Construction(ConstructionError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Construction(error) => error.fmt(f),
            Self::Refused(problems) => {
                f.write_str("these components cannot be built")?;
                problems.iter().try_for_each(|problem| write!(f, "\n\n{problem}"))
            }
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Construction(error) => error.source(),
            Self::Refused(_) => None,
        }
    }
}

impl Container {
    /// Checks and builds the components of a module without an application: no configuration, no server, and no hook is run.
    /// For tools, and for tests of components.
    ///
    /// ```
    /// use bun_server::di::{BuildError, Container};
    /// use bun_server::prelude::*;
    ///
    /// #[injectable]
    /// struct Prices;
    ///
    /// #[module(providers = [Prices])]
    /// struct PriceModule;
    ///
    /// # async fn run() -> Result<(), BuildError> {
    /// let container = Container::of(PriceModule).await?;
    /// assert!(container.get::<Prices>().is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`BuildError::Refused`] with all that is wrong, or the constructor that fails; what was built before it is dropped.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was built.
    #[track_caller]
    pub fn of(module: impl IntoModule) -> impl Future<Output = Result<Self, BuildError>> + Send {
        let at = SourceLocation::caller(std::panic::Location::caller());
        let mut imports = Imports::new(ModuleNode::application(at));
        imports.add(module);
        let graph = Graph::check(imports.into_modules());
        async move {
            if !graph.problems().is_empty() {
                return Err(BuildError::Refused(graph.problems().to_vec()));
            }
            graph.build(Resources::new()).await.map_err(BuildError::Construction)
        }
    }
}
