use std::fmt;

use crate::di::{Problem, SourceLocation};

/// What an application is made of, as its check found it. `Display` shows it to people.
#[derive(Clone, Debug)]
pub struct CheckReport {
    pub(super) application: String,
    pub(super) components: usize,
    pub(super) routes: Vec<CheckedRoute>,
    pub(super) layers: Vec<String>,
    pub(super) warnings: Vec<Problem>,
}

/// One route of a controller.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckedRoute {
    /// `GET`; `ANY` for every method.
    pub method: &'static str,
    /// The whole path: `/orders/{id}`.
    pub path: &'static str,
    /// `shop::OrderController::find`
    pub handler: String,
    /// Where the handler is.
    pub at: SourceLocation,
}

impl CheckReport {
    /// The application's name.
    #[must_use]
    pub fn application(&self) -> &str {
        &self.application
    }

    /// How many components it has.
    #[must_use]
    pub fn components(&self) -> usize {
        self.components
    }

    /// The routes of its controllers, in the order of their modules.
    #[must_use]
    pub fn routes(&self) -> &[CheckedRoute] {
        &self.routes
    }

    /// What keeps nothing from starting and should be looked at: components that nothing can reach.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// What a request passes on its way to a route, outermost first: the duties of the framework's one layer, then those of
    /// [`Application::layer`](super::Application::layer). They hold for what no route answers too; layers of a controller and of
    /// a route stand inside of them, around what they are written at.
    #[must_use]
    pub fn layers(&self) -> &[String] {
        &self.layers
    }
}

impl fmt::Display for CheckReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
        writeln!(
            f,
            "{}: {}, {}; nothing is wrong",
            self.application,
            count(self.components, "component"),
            count(self.routes.len(), "route"),
        )?;
        write!(f, "      layers      {}", self.layers.join(" → "))?;
        let widest = self
            .routes
            .iter()
            .map(|route| route.path.len())
            .max()
            .unwrap_or_default();
        for route in &self.routes {
            write!(
                f,
                "\n      {:<11} {:<widest$}  {}  {}",
                route.method, route.path, route.handler, route.at
            )?;
        }
        for warning in &self.warnings {
            write!(f, "\n\nwarning: {warning}")?;
        }
        Ok(())
    }
}
