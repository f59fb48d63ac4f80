use std::any::TypeId;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::Router;
use http::StatusCode;

use super::Problem;
use super::additions::Additions;
use super::observation::observed;
use crate::di::{BoxError, Component, Container, Definition, Problem as StartupProblem, ProblemKind, SourceLocation};

/// One route, as the attribute says it.
#[derive(Clone, Copy, Debug)]
pub struct RouteDefinition {
    /// `GET`; `ANY` for every method.
    pub method: &'static str,
    /// The whole path, prefix included: `/orders/{id}`.
    pub path: &'static str,
    /// The handler's name.
    pub handler: &'static str,
    /// Its line in the controller's file.
    pub line: u32,
}

/// What `#[controller]` says of a controller.
#[derive(Debug)]
pub struct ControllerDefinition {
    /// The controller's type.
    pub controller: TypeId,
    /// Its path, for messages.
    pub name: fn() -> &'static str,
    /// Where it is.
    pub at: SourceLocation,
    /// What it answers.
    pub routes: &'static [RouteDefinition],
    /// Makes its routes.
    pub router: fn(&Container) -> Result<Router, BoxError>,
}

/// Implemented by `#[controller]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a controller",
    label = "write `#[controller(\"/path\")]` on `impl {Self} {{ .. }}`, and `#[injectable]` on `struct {Self}`"
)]
pub trait Controller: Component {
    /// What the attribute says.
    const CONTROLLER: &'static ControllerDefinition;

    /// What its handlers ask for by `Dep`: provides nothing.
    const HANDLERS: &'static Definition;
}

/// The controller itself, when its routes are made.
///
/// # Errors
///
/// When it is not part of the application.
pub fn controller<C: Send + Sync + 'static>(container: &Container) -> Result<Arc<C>, BoxError> {
    container.get::<C>().map_err(Into::into)
}

/// Routes that would answer the same request, and paths that axum could not tell apart.
pub(crate) fn duplicate_routes(controllers: &[&'static ControllerDefinition]) -> Vec<StartupProblem> {
    let mut problems = Vec::new();
    let mut known: BTreeMap<String, Vec<(&ControllerDefinition, &RouteDefinition)>> = BTreeMap::new();
    for controller in controllers {
        for route in controller.routes {
            let same_place = known.entry(shape(route.path)).or_default();
            let clash = same_place
                .iter()
                .find(|(_, other)| same_method(other, route) || other.path != route.path);
            if let Some((first, other)) = clash {
                let place = |controller: &ControllerDefinition, route: &RouteDefinition| SourceLocation {
                    file: controller.at.file,
                    line: route.line,
                };
                let mend = if same_method(other, route) {
                    "give one of them another path or method"
                } else {
                    "give the arguments of both paths the same names"
                };
                problems.push(
                    StartupProblem::new(ProblemKind::DuplicateRoute, format!("{} {}", route.method, route.path))
                        .detail_at(
                            "first",
                            format!("{} {} in {}", other.method, other.path, (first.name)()),
                            place(first, other),
                        )
                        .detail_at(
                            "again",
                            format!("{} in {}", route.handler, (controller.name)()),
                            place(controller, route),
                        )
                        .detail("mend", mend),
                );
                continue;
            }
            same_place.push((controller, route));
        }
    }
    problems
}

fn same_method(one: &RouteDefinition, other: &RouteDefinition) -> bool {
    one.method == other.method || one.method == ANY || other.method == ANY
}

/// What a route for every method says.
const ANY: &str = "ANY";

/// `/orders/{id}` and `/orders/{order}` have one shape.
fn shape(path: &str) -> String {
    let segment = |segment: &str| match segment.strip_prefix('{') {
        Some(argument) if argument.starts_with('*') => "{*}".to_owned(),
        Some(_) => "{}".to_owned(),
        None => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// One router of all controllers and of what is added; what axum would panic about is an error. Layers are outermost, the
/// last one of all, and hold for what no route answers too.
pub(crate) fn build_router(
    controllers: &[&'static ControllerDefinition],
    additions: Additions,
    container: &Container,
) -> Result<Router, BoxError> {
    let mut router = Router::new();
    for controller in controllers {
        let routes = (controller.router)(container)?;
        router = merged(router, routes, &format!("{} ({})", (controller.name)(), controller.at))?;
    }
    for routes in additions.routers {
        router = merged(router, observed(routes), "a router that was merged")?;
    }
    router = router
        .fallback(|uri: http::Uri| async move {
            Problem::new(StatusCode::NOT_FOUND).detail(format!("nothing answers {}", uri.path()))
        })
        .method_not_allowed_fallback(|method: http::Method, uri: http::Uri| async move {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED).detail(format!("{} does not answer {method}", uri.path()))
        });
    Ok(additions
        .layers
        .into_iter()
        .fold(router, |router, layer| (layer.around)(router)))
}

fn merged(router: Router, routes: Router, whose: &str) -> Result<Router, BoxError> {
    catch_unwind(AssertUnwindSafe(|| router.merge(routes))).map_err(|panic| {
        let why = panic
            .downcast_ref::<String>()
            .cloned()
            .unwrap_or_else(|| "its routes clash with others".to_owned());
        format!("{whose}: {why}").into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn route(method: &'static str, path: &'static str, line: u32) -> RouteDefinition {
        RouteDefinition {
            method,
            path,
            handler: "handler",
            line,
        }
    }

    #[test]
    fn routes_that_clash_are_named_with_both_places() {
        static ONE: ControllerDefinition = ControllerDefinition {
            controller: TypeId::of::<u8>(),
            name: || "shop::One",
            at: SourceLocation {
                file: "src/one.rs",
                line: 1,
            },
            routes: &[
                route("GET", "/a/{id}", 2),
                route("POST", "/a/{id}", 3),
                route("GET", "/b", 4),
            ],
            router: |_| Ok(Router::new()),
        };
        static TWO: ControllerDefinition = ControllerDefinition {
            controller: TypeId::of::<u16>(),
            name: || "shop::Two",
            at: SourceLocation {
                file: "src/two.rs",
                line: 1,
            },
            routes: &[
                route("GET", "/a/{id}", 7),
                route("PUT", "/a/{other}", 8),
                route("GET", "/a/{id}/b", 9),
            ],
            router: |_| Ok(Router::new()),
        };
        let problems = duplicate_routes(&[&ONE, &TWO]);
        let subjects: Vec<&str> = problems.iter().map(StartupProblem::subject).collect();
        assert_eq!(subjects, ["GET /a/{id}", "PUT /a/{other}"]);
        let text = problems[0].to_string();
        assert!(text.contains("src/one.rs:2") && text.contains("src/two.rs:7"), "{text}");
    }
}
